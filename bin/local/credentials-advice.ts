import { WHAT_TO_DO } from '../../lambda/core/report/remedies.ts';
import { type Why, whyOf } from '../../lambda/core/report/why.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { CredentialsRefused, GENERAL_ADVICE } from '../../lambda/shell/sources/credentials.ts';
import { quoted } from '../terminal/flags.ts';
import { plain } from '../terminal/lines.ts';
import { knownProfiles, namesOf, type Profiles, sourceOf } from './profile.ts';

/** AWS's names for a key that is disabled, deleted or mistyped. Source: Common errors of IAM and STS. */
const BAD_KEY = /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch)$/;
const EXPIRED = /^(Expired|TokenRefreshRequired)/;
/** The SDK's name for whatever one of its sources of credentials met. */
const WRAPPED = 'CredentialsProviderError';

/** The same refusal of credentials, with the profile or the variable that they come from, and what to do about it. */
export async function withAdvice(thrown: unknown, env: NodeJS.ProcessEnv): Promise<unknown> {
  if (!(thrown instanceof CredentialsRefused)) return thrown;
  return new InputError([`credentials: ${thrown.error}. ${advice(env, await knownProfiles(), thrown)}`]);
}

/**
 * What to do about credentials that are missing or refused, by the code: often they themselves are good. Where
 * AWS_PROFILE is set, the SDK takes no key from the environment (AWS SDK for JavaScript v3, credential-provider-node:
 * `defaultProvider`).
 * @param profiles of both shared files
 */
export function advice(
  env: NodeJS.ProcessEnv,
  profiles: Profiles,
  refusal: Pick<CredentialsRefused, 'code' | 'error'>,
): string {
  const { code } = refusal;
  const named = env['AWS_PROFILE'];
  const why = causeOf(refusal);
  if (why === 'permission')
    return `The role${named ? ` of profile ${plain(named)}` : ''} refuses (its trust policy, a missing permission, or the MFA code): run it again, or take another profile`;
  // A longer --timeout is no help: it begins when there are credentials.
  if (why) return sentence(WHAT_TO_DO[why === 'time' ? 'network' : why]);
  if (code !== WRAPPED && !BAD_KEY.test(code) && !EXPIRED.test(code))
    return 'Run it again; if that does not help, take other credentials';
  if (!named && env['AWS_ACCESS_KEY_ID']) return ofEnvironment(env, code);
  const name = named || 'default';
  // No other one is missing here: `refuseUnknownProfile` has refused it.
  if (!Object.hasOwn(profiles, name))
    return `There is no default profile${named ? '' : ', and no key in the environment'}; ${namesOf(profiles)}. ${GENERAL_ADVICE}`;
  const source = sourceOf(name, profiles);
  const of = plain(source === name ? `profile ${name}` : `profile ${source}, which ${name} builds on`);
  const settings = profiles[source];
  if (!settings) return `${of}, is in neither file: correct source_profile`;
  if (settings['sso_session'] || settings['sso_start_url'])
    return `Sign in again for ${of}: aws sso login --profile ${quoted(plain(source))}`;
  if (settings['login_session'])
    return `Sign in again for ${of}: aws login --profile ${quoted(plain(source))}`;
  if (settings['credential_process']) return `The credential_process of ${of} gave none that AWS accepts`;
  if (settings['credential_source'] === 'Environment') return ofEnvironment(env, code);
  if (settings['aws_access_key_id'] && EXPIRED.test(code))
    return `The session of ${of} has expired: write a new one into it`;
  if (settings['aws_access_key_id'] && BAD_KEY.test(code))
    return `The access key of ${of} is disabled, deleted or mistyped`;
  return `${of} holds no credentials that can be used: complete it, or take another one`;
}

/** The sources of single sign-on keep only the text of what they met (`resolveSSOCredentials`): its code is a word. */
function causeOf({ code, error }: Pick<CredentialsRefused, 'code' | 'error'>): Why | undefined {
  const codes = code === WRAPPED ? error.split(/\W+/) : [code];
  return codes.map(whyOf).find((why) => why !== undefined);
}

function ofEnvironment(env: NodeJS.ProcessEnv, code: string): string {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = env;
  if (EXPIRED.test(code))
    return 'The session in AWS_SESSION_TOKEN has expired: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew';
  if (!id || !secret) return `${id ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'} is not set: set both`;
  return `They are those of AWS_ACCESS_KEY_ID (${plain(id)}) in the environment: it is disabled, deleted or mistyped`;
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
