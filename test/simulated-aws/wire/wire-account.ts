import type { HttpRequest } from '@smithy/core/protocols';
import { type AccountOptions, SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { Timeline } from '../../../simulated-aws/time/timeline.ts';

import { Endpoint, type EndpointOptions } from '../../../simulated-aws/wire/endpoint.ts';
import type { WireRequest } from '../../../simulated-aws/wire/http-messages.ts';
import { InProcessHandler } from '../../../simulated-aws/wire/in-process-handler.ts';

export const STARTS_AT = Date.UTC(2026, 2, 1, 12);

/** An account that answers at once, with one user, and the settings of an SDK client that calls as this user. */
export function wireAccount(options: Partial<AccountOptions> & { readonly endpoint?: EndpointOptions } = {}) {
  const account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 1, ...options });
  account.iam.createUser('alice');
  const credentials = account.iam.createAccessKey('alice');
  // Later changes of the new user and key are then measured from a state that has propagated.
  account.timeline.advanceTo(account.timeline.now() + 60_000);
  const endpoint = new Endpoint(account, { latency: () => 0, ...options.endpoint });
  const handler = new InProcessHandler(endpoint, account.timeline);
  return { account, endpoint, handler, config: clientConfig(credentials, handler) };
}

export const clientConfig = (
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  requestHandler: InProcessHandler,
  region = 'us-east-1',
) => ({ credentials, requestHandler, region, maxAttempts: 1 });

/** Lets virtual time pass, 10 ms at a time, until the work is done. */
export async function inVirtualTime<T>(timeline: Timeline, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!isDone) timeline.advanceTo(timeline.now() + 10);
  }
  return work;
}

/**
 * What an SDK client would put on the wire: no answer ever comes, so the call ends in an error that is of no interest.
 */
export async function wireRequestOf(send: (handler: object) => Promise<unknown>): Promise<WireRequest> {
  let caught: WireRequest | undefined;
  const catching = new InProcessHandler(
    {
      receive: (request: WireRequest, respond: (answer: 'reset') => void) => {
        caught = request;
        respond('reset');
      },
    } as Endpoint,
    { after: () => () => {} },
  );
  await send({ handle: (request: HttpRequest) => catching.handle(request) }).catch(() => undefined);
  if (!caught) throw new Error('the client sent nothing');
  return caught;
}
