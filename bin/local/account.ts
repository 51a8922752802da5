import { InputError } from '../../lambda/core/settings.ts';
import { say } from '../terminal/console.ts';
import type { Laptop } from './local-run.ts';

/**
 * The account that the credentials belong to, said on stderr: the first line of every command.
 * @throws InputError when the credentials are no good or nothing answers, Error when STS is down.
 */
export async function accountOf({ identity, clients }: Laptop): Promise<string> {
  const { caller, gap } = await identity;
  if (caller.account !== undefined) {
    say(`account ${caller.account}, as ${caller.arn}`);
    return caller.account;
  }
  const reason = gap?.error ?? 'STS gave no account';
  if (clients.answered > 0) throw new Error(`the account is unknown (${reason}): try again in a minute`);
  throw new InputError([
    `network: no call to AWS was answered (${reason}): check the network and AWS_ENDPOINT_URL`,
  ]);
}
