import { loadSharedConfigFiles } from '@smithy/core/config';
import { InputError } from '../../lambda/core/settings.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import type { Identity } from '../../lambda/shell/sources/identity.ts';
import { say } from '../terminal/console.ts';

/**
 * The account that the credentials belong to, said on stderr: the first line of every command.
 * @throws InputError when the credentials are no good or nothing answers, Error when STS is down.
 */
export async function accountOf({
  identity,
  clients,
}: {
  readonly identity: Promise<Identity>;
  readonly clients: Pick<Clients, 'answered'>;
}): Promise<string> {
  const { caller, gap } = await identity;
  if (caller.account !== undefined) {
    say(`account ${caller.account}, as ${caller.arn}`);
    return caller.account;
  }
  const reason = gap?.error ?? 'STS gave no account';
  if (clients.answered > 0) throw new Error(`the account is unknown (${reason}): try again in a minute`);
  throw noAnswer(reason);
}

/** What a person is told where no call to AWS was answered. */
export const noAnswer = (reason: string): InputError =>
  new InputError([
    `network: no call to AWS was answered (${reason}): check the network and AWS_ENDPOINT_URL`,
  ]);

/**
 * Long-term keys that the current profile assumes its role with, followed through `source_profile`: whoever disables one
 * of them locks the caller out, too. Empty where no profile is used, or where none has a key.
 * Source: AWS SDKs and Tools reference, "Assume role credential provider".
 */
export async function sourceKeys(env: NodeJS.ProcessEnv): Promise<string[]> {
  // Keys in the environment win over profiles, unless a profile is named.
  if (env['AWS_ACCESS_KEY_ID'] && !env['AWS_PROFILE']) return [];
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const keys = new Set<string>();
  const visited = new Set<string>();
  let profile: string | undefined = env['AWS_PROFILE'] ?? 'default';
  while (profile !== undefined && !visited.has(profile)) {
    visited.add(profile);
    const settings: Record<string, string | undefined> = {
      ...configFile[profile],
      ...credentialsFile[profile],
    };
    const { aws_access_key_id: key, aws_session_token: token } = settings;
    if (key && !token) keys.add(key);
    profile = settings['source_profile'];
  }
  return [...keys];
}
