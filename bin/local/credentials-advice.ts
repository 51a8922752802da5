import { loadSharedConfigFiles } from '@smithy/core/config';
import { InputError } from '../../lambda/core/settings.ts';
import { GENERAL_ADVICE } from '../../lambda/shell/sources/credentials.ts';
import { quoted } from '../terminal/flags.ts';
import { plain } from '../terminal/lines.ts';

type Settings = Readonly<Record<string, string | undefined>>;
type Profiles = Readonly<Record<string, Settings>>;

const REFUSED = /^credentials: /;
const EXPIRED = /^credentials: (Expired|TokenRefreshRequired|.*\bexpired\b)/;

/** The same refusal of credentials, with the profile or the variable that they come from, and what to do about it. */
export async function withAdvice(thrown: unknown, env: NodeJS.ProcessEnv): Promise<unknown> {
  if (!(thrown instanceof InputError)) return thrown;
  const [problem = '', ...rest] = thrown.problems;
  if (!REFUSED.test(problem) || !problem.endsWith(GENERAL_ADVICE)) return thrown;
  const said = problem.slice(0, -GENERAL_ADVICE.length);
  try {
    const { configFile, credentialsFile } = await loadSharedConfigFiles();
    const names = [...new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])];
    const profiles = Object.fromEntries(
      names.map((name) => [name, { ...configFile[name], ...credentialsFile[name] }]),
    );
    return new InputError([`${said}. ${advice(env, profiles, EXPIRED.test(problem))}`, ...rest]);
  } catch {
    return thrown; // the files cannot be read: the SDK has said so in the refusal itself
  }
}

/**
 * What to do about credentials that are missing or refused. Where AWS_PROFILE is set, the SDK takes no key from the
 * environment (AWS SDK for JavaScript v3, credential-provider-node: `defaultProvider`).
 * @param profiles of both shared files
 */
export function advice(env: NodeJS.ProcessEnv, profiles: Profiles, isExpired: boolean): string {
  const named = env['AWS_PROFILE'];
  const id = env['AWS_ACCESS_KEY_ID'];
  if (!named && id)
    return isExpired
      ? 'The session in AWS_SESSION_TOKEN has expired: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew'
      : `They are those of AWS_ACCESS_KEY_ID (${plain(id)}) in the environment: it is disabled, deleted or mistyped`;
  const name = named || 'default';
  if (!Object.hasOwn(profiles, name)) return missing(named, Object.keys(profiles));
  const source = sourceOf(name, profiles);
  const of = plain(source === name ? `profile ${name}` : `profile ${source}, which ${name} builds on`);
  const settings = profiles[source];
  if (!settings) return `${of}, is in neither file: correct source_profile`;
  if (settings['sso_session'] || settings['sso_start_url'])
    return `Sign in again for ${of}: aws sso login --profile ${quoted(plain(source))}`;
  if (settings['login_session'])
    return `Sign in again for ${of}: aws login --profile ${quoted(plain(source))}`;
  if (settings['credential_process']) return `The credential_process of ${of} gave none that AWS accepts`;
  if (settings['aws_access_key_id'])
    return isExpired
      ? `The session of ${of} has expired: write a new one into it`
      : `The access key of ${of} is disabled, deleted or mistyped`;
  return `${of} holds no credentials: take another one`;
}

function missing(named: string | undefined, others: readonly string[]): string {
  const known = others.length > 0 ? ` There is: ${plain(others.join(', '))}.` : '';
  if (named)
    return `No profile ${plain(named)} is in ~/.aws/config or ~/.aws/credentials.${known} Set AWS_PROFILE to one that is`;
  return `There is no default profile, and no key in the environment.${known} ${GENERAL_ADVICE.slice(2)}`;
}

/** The profile at the beginning of a chain of roles. */
function sourceOf(name: string, profiles: Profiles): string {
  const visited = new Set<string>();
  let source = name;
  while (!visited.has(source)) {
    visited.add(source);
    source = profiles[source]?.['source_profile'] ?? source;
  }
  return source;
}
