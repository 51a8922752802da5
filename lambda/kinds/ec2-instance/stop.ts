import { EC2Client, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { groupBy } from '../../core/group-by.ts';
import { errorFacts, type Outcome } from '../../core/model.ts';
import { type BatchResult, chunks, inBatches } from '../../shell/batches.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import { merge, Semaphore } from '../../shell/concurrency.ts';
import type { ActContext } from '../kind.ts';
import type { End } from './facts.ts';
import { WHOLE_BATCH } from './limits.ts';
import { liftProtection, lookAtProtection } from './protection.ts';

type Verb = End['verb'];
/** Fewer than a whole batch: the first stops long before the last protection is lifted, and goes first. */
const LIFTED_TOGETHER = 10;
/** Of one region at once. As many as EC2's buckets hold, 100 looks and 50 lifts, so that the first are soon done. */
const LOOKS_UNDER_WAY = 4;
const LIFTS_UNDER_WAY = 5;
/** More than EC2's bucket of requests holds: whoever waits behind them costs no memory but his name. */
const ATTEMPTS_UNDER_WAY = 100;

/** Looks and lifts apart: an unprotected neighbour must not wait for a protection to be lifted. */
interface Places {
  readonly attempts: Semaphore;
  readonly looks: Semaphore;
  readonly lifts: Semaphore;
}
const places = new WeakMap<Aws, Places>();

function placesOf(aws: Aws): Places {
  const known = places.get(aws);
  if (known) return known;
  const made = {
    attempts: new Semaphore(ATTEMPTS_UNDER_WAY),
    looks: new Semaphore(LOOKS_UNDER_WAY),
    lifts: new Semaphore(LIFTS_UNDER_WAY),
  };
  places.set(aws, made);
  return made;
}

/**
 * Stops or terminates, each as its verb says. EC2 takes a token a machine from a bucket of 1000 that refills 20 a
 * second, and refuses a call that asks for more than there are: small batches stop the first thousand at once, and
 * the others as it refills. They stay in EC2's order, by reservation: what was launched together is protected
 * together, so that few batches are refused for one machine.
 */
export function endInstances(context: ActContext, actions: readonly End[]): AsyncGenerator<Outcome> {
  // One pending machine refuses a whole request: it goes apart, as do spot machines, which refuse for other reasons.
  const lots = groupBy(
    actions,
    ({ verb, before }) => `${verb}/${before.state === 'pending'}/${before.spot !== 'no'}`,
  );
  const batches = [...lots.values()].flatMap((lot) => chunks(lot, WHOLE_BATCH));
  return merge(batches.map((batch) => endBatch(context, batch)));
}

/**
 * To terminate: what can be stopped is stopped first. Termination protection does not stop that, it ends the
 * billing, and its refusal changes nothing here.
 */
async function* endBatch(context: ActContext, actions: readonly End[]): AsyncGenerator<Outcome> {
  const verb: Verb = actions[0]?.verb === 'terminate' ? 'terminate' : 'stop';
  const stoppable = actions.filter(
    ({ before }) => before.spot === 'no' && !before.instanceStore && before.state === 'running',
  );
  const refused = new Set<End>();
  yield* await placesOf(context.aws).attempts.run(async () => {
    if (verb === 'terminate') for await (const _ of attempt(context, 'stop', stoppable, new Set())) void _;
    const outcomes: Outcome[] = [];
    for await (const outcome of attempt(context, verb, actions, refused)) outcomes.push(outcome);
    return outcomes;
  });
  if (refused.size > 0) yield* endProtected(context, verb, [...refused]);
}

/**
 * One protected machine refuses the whole batch, and EC2 does not say which. Asking each costs a quarter of the
 * time of lifting; halving would draw on the bucket that stops the others. Who is free is ended before any lift.
 */
async function* endProtected(
  context: ActContext,
  verb: Verb,
  actions: readonly End[],
): AsyncGenerator<Outcome> {
  const { aws } = context;
  const { looks, lifts } = placesOf(aws);
  const looked = await looks.run(() => lookAtProtection(aws, actions));
  yield* looked.failed;
  const lifted = chunks(looked.lifts, LIFTED_TOGETHER).map(async function* (some) {
    yield* await lifts.run(() => liftProtection(context, some));
    const ids = new Set(some.map(({ id }) => id));
    yield* attempt(
      context,
      verb,
      actions.filter(({ id }) => ids.has(id)),
    );
  });
  yield* merge([attempt(context, verb, looked.free), ...lifted]);
}

/** Calls the verb. Who is refused for a protection, maybe of a neighbour, goes to `suspects` if there are any. */
async function* attempt(
  { aws }: ActContext,
  verb: Verb,
  actions: readonly End[],
  suspects?: Set<End>,
): AsyncGenerator<Outcome> {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const call = async (InstanceIds: string[]) => {
    try {
      if (verb === 'stop')
        await aws.client(EC2Client).send(new StopInstancesCommand({ InstanceIds }), aws.options);
      else await aws.client(EC2Client).send(new TerminateInstancesCommand({ InstanceIds }), aws.options);
    } catch (thrown) {
      if (!suspects || errorFacts(thrown).code !== 'OperationNotPermitted') throw thrown;
      for (const id of InstanceIds) suspects.add(byId.get(id) as End);
    }
  };
  for await (const { ids, refused } of inBatches([...byId.keys()], call, WHOLE_BATCH))
    for (const id of ids) {
      const action = byId.get(id) as End;
      if (!suspects?.has(action)) yield outcome(action, verb, refused);
    }
}

/** Error codes by EC2's own list (Error codes for the Amazon EC2 API). */
function outcome({ kind, scope, id }: End, verb: Verb, refused: BatchResult['refused']): Outcome {
  const ref = { kind, scope, id, verb };
  if (!refused) return { ...ref, status: 'done' };
  if (refused.code === 'InvalidInstanceID.NotFound') return { ...ref, status: 'gone' };
  if (refused.code === 'UnsupportedOperation') return { ...ref, status: 'unstoppable', ...refused };
  const transient = refused.code === 'IncorrectInstanceState' || refused.code === 'IncorrectState';
  return { ...ref, status: 'failed', ...refused, ...(transient ? { transient } : {}) };
}
