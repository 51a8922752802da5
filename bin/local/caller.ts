import type { Gap } from '../../lambda/core/model.ts';
import { WHAT_TO_DO } from '../../lambda/core/report/remedies.ts';
import { whyOf } from '../../lambda/core/report/why.ts';
import { InputError } from '../../lambda/core/settings.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { type Identity, identityInTheEnd } from '../../lambda/shell/sources/identity.ts';
import { inform, say } from '../terminal/console.ts';

/**
 * The account that the credentials belong to, said on stderr: the first line of every command. It waits for
 * credentials, and for STS for a minute.
 * @throws InputError when the credentials are no good or late, or nothing answers; Error when STS is down.
 */
export async function accountOf({
  identity,
  clients,
}: {
  readonly identity: Promise<Identity>;
  readonly clients: Pick<Clients, 'answered'>;
}): Promise<string> {
  const now = await identity;
  // Where the connection itself fails, there is nothing to wait for.
  const isWorthIt = clients.answered > 0 || now.gap?.code === 'TimeoutError';
  if (now.inTheEnd && isWorthIt) say(`${now.gap?.error}: asking it again, for a minute at most`);
  const { caller, gap } = isWorthIt ? await identityInTheEnd(identity) : now;
  if (caller.account !== undefined) {
    inform(`account ${caller.account}, as ${caller.arn}`);
    return caller.account;
  }
  const reason = gap?.error ?? 'STS gave no account';
  if (clients.answered > 0) throw new Error(`the account is unknown (${reason}): try again in a minute`);
  throw noAnswer(gap);
}

/** What a person is told where no call to AWS was answered, and why as far as it is known. */
export function noAnswer(cause: Pick<Gap, 'code' | 'error'> | undefined): InputError {
  const why = whyOf(cause?.code ?? '');
  const isNamed = why === 'certificate' || why === 'proxy';
  return new InputError([
    `${isNamed ? why : 'network'}: no call to AWS was answered (${cause?.error ?? 'no reason given'}): ` +
      (isNamed ? WHAT_TO_DO[why] : 'check the network, its DNS, its proxy, and AWS_ENDPOINT_URL'),
  ]);
}
