import { SimulatedAccount } from '../../simulated-aws/account.ts';
import type { FunctionHost } from '../../simulated-aws/services/lambda/simulated-function.ts';

export const START = Date.UTC(2026, 10, 21);
export const MINUTE = 60_000;
export const REGION = 'us-east-1';

/** A host whose runs end at once, with an error for the event `{ fail: true }`. */
const AT_ONCE: FunctionHost = {
  run: (_, { event }) => ({
    ended: Promise.resolve(
      (event as { readonly fail?: boolean }).fail
        ? { error: { errorType: 'Error', errorMessage: 'no' }, log: [] }
        : { payload: {}, log: [] },
    ),
    kill() {},
  }),
};

/** An account with the function `engine`, its role, and a queue for dead letters. */
export function stackAccount() {
  const account = new SimulatedAccount({ startsAt: START, seed: 7 });
  const { timeline, functions, iam, sqs } = account;
  functions.host = AT_ONCE;
  const role = iam.createRole('engine-role').arn;
  const queue = sqs.create(REGION, 'dead-letters');
  const engine = functions.create('engine', {
    arn: `arn:aws:lambda:${REGION}:${account.accountId}:function:engine`,
    ...{ role, region: REGION, timeoutSeconds: 900, memoryMb: 512, environment: {}, root: '/nowhere' },
    ...{ handler: 'index.handler', codeSha256: 'Zm9v', deadLetterArn: queue.arn },
  });
  return {
    account,
    engine,
    queue,
    role,
    wait: (milliseconds: number) => timeline.advanceTo(timeline.now() + milliseconds),
    /** Time passes, and the functions run. */
    async live(milliseconds: number) {
      const end = timeline.now() + milliseconds;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        const { next = end } = timeline;
        if (next > end) break;
        timeline.advanceTo(next);
        if (next === end) break;
      }
      timeline.advanceTo(end);
      await new Promise((resolve) => setImmediate(resolve));
    },
    /** When the function got an event, in ms from the start, and which. */
    received: () => functions.invocations.map(({ event, queuedAt }) => ({ event, at: queuedAt - START })),
  };
}
