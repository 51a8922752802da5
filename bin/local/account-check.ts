import { InputError } from '../../lambda/core/settings.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { type Identity, identityInTheEnd } from '../../lambda/shell/sources/identity.ts';
import { say } from '../terminal/console.ts';
import { noAnswer } from './caller.ts';

/**
 * Lets credentials of one account through, and no others. Until STS has said whose they are nothing may be changed:
 * without its answer the account may be any. It is asked for a minute, see `identify`.
 * @throws InputError for credentials of another account, and where STS gives no answer.
 */
export async function onlyIn(
  account: string,
  identity: Promise<Identity>,
  clients: Pick<Clients, 'answered'>,
): Promise<Identity> {
  const now = await identity;
  if (now.inTheEnd)
    say('STS has not said whose account this is: nothing is changed before, since --account is given');
  const known = await identityInTheEnd(identity);
  const { caller, gap } = known;
  if (caller.account === account) return known;
  const reason = gap?.error ?? 'STS gave no account';
  if (caller.account === undefined && clients.answered === 0) throw noAnswer(gap);
  throw new InputError([
    caller.account === undefined
      ? `--account: whose account this is, is unknown (${reason}). Try again, or leave out --account: then machines ` +
        'are stopped all the same'
      : `--account: these credentials are of account ${caller.account} (${caller.arn}), not of ${account}. Use others: --profile NAME`,
  ]);
}
