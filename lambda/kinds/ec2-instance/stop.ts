import { EC2Client, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { groupBy } from '../../core/group-by.ts';
import { errorFacts, type Outcome } from '../../core/model.ts';
import { type BatchResult, chunks, inBatches } from '../../shell/batches.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import { merge, Semaphore } from '../../shell/concurrency.ts';
import type { ActContext } from '../kind.ts';
import type { End } from './facts.ts';
import { WHOLE_BATCH } from './limits.ts';
import { leftToOperator } from './operator.ts';
import { liftProtection, lookAtProtection } from './protection.ts';

type Verb = End['verb'];
/** Machines that are unprotected and then ended together. Less than a whole batch, so the call goes first. */
const LIFTED_TOGETHER = 10;
/** Batches at once in a region: as many as EC2's buckets of 100 looks and 50 lifts allow. */
const LOOKS_UNDER_WAY = 4;
const LIFTS_UNDER_WAY = 5;
/** Batches at once in a region: more than EC2's bucket of requests allows, but few enough for our memory. */
const ATTEMPTS_UNDER_WAY = 100;

/** Looks and lifts have their own limits: an unprotected machine must not wait for another's lift. */
interface Limits {
  readonly attempts: Semaphore;
  readonly looks: Semaphore;
  readonly lifts: Semaphore;
}
const limits = new WeakMap<Aws, Limits>();

function limitsOf(aws: Aws): Limits {
  const known = limits.get(aws);
  if (known) return known;
  const made = {
    attempts: new Semaphore(ATTEMPTS_UNDER_WAY),
    looks: new Semaphore(LOOKS_UNDER_WAY),
    lifts: new Semaphore(LIFTS_UNDER_WAY),
  };
  limits.set(aws, made);
  return made;
}

/**
 * Stops or terminates each instance, as its verb says. EC2 takes a token for each machine from a bucket of
 * 1000 that refills 20 a second, and refuses a call that needs more than the bucket holds. Small batches stop
 * the first thousand at once, and the others as the bucket refills. They keep EC2's order, by reservation:
 * machines that were launched together are usually protected together, so few batches are refused for one
 * machine.
 */
export function endInstances(context: ActContext, actions: readonly End[]): AsyncGenerator<Outcome> {
  // EC2 refuses a whole call for one machine that is pending, spot, or operated by a service: each has
  // batches of its own.
  const alike = groupBy(actions, ({ verb, before: { state, spot, operator = '' } }) =>
    [verb, state === 'pending', spot !== 'no', operator].join('/'),
  );
  const batches = [...alike.values()].flatMap((some) => chunks(some, WHOLE_BATCH));
  return merge(batches.map((batch) => endSomehow(context, batch)));
}

/** Where the settings allow it, terminates what EC2 cannot stop: only EC2's answer shows most of these. */
async function* endSomehow(context: ActContext, actions: readonly End[]): AsyncGenerator<Outcome> {
  const unstoppable = new Set<string>();
  for await (const outcome of endBatch(context, actions))
    if (context.mayLoseState && outcome.status === 'unstoppable' && outcome.verb === 'stop')
      unstoppable.add(outcome.id);
    else yield outcome;
  const left = actions.filter(({ id }) => unstoppable.has(id));
  if (left.length === 0) return;
  const instead = left.map((action): End => ({ ...action, verb: 'terminate' }));
  await context.intend(instead);
  yield* endBatch(context, instead);
}

/**
 * Before it terminates, it stops what can be stopped: termination protection does not block a stop, and a
 * stop ends the billing. A refused stop does not matter here.
 */
async function* endBatch(context: ActContext, actions: readonly End[]): AsyncGenerator<Outcome> {
  const verb: Verb = actions[0]?.verb === 'terminate' ? 'terminate' : 'stop';
  const stoppable = actions.filter(
    ({ before }) => before.spot === 'no' && !before.instanceStore && before.state === 'running',
  );
  const mayBeProtected = new Set<End>();
  yield* await limitsOf(context.aws).attempts.run(async () => {
    if (verb === 'terminate') for await (const _ of attempt(context, 'stop', stoppable, new Set())) void _;
    const outcomes: Outcome[] = [];
    for await (const outcome of attempt(context, verb, actions, mayBeProtected)) outcomes.push(outcome);
    return outcomes;
  });
  if (mayBeProtected.size > 0) yield* endProtected(context, verb, [...mayBeProtected]);
}

/**
 * EC2 refuses a whole batch for one protected machine, and does not say which. So we ask about each, which
 * takes a quarter of the time of lifting; halving the batch would draw on the bucket that stops the others.
 * Unprotected machines are ended before any lift.
 */
async function* endProtected(
  context: ActContext,
  verb: Verb,
  actions: readonly End[],
): AsyncGenerator<Outcome> {
  const { aws } = context;
  const { looks, lifts } = limitsOf(aws);
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

/** Stops or terminates. With `mayBeProtected`, batches refused for a protection go there without outcomes. */
async function* attempt(
  { aws }: ActContext,
  verb: Verb,
  actions: readonly End[],
  mayBeProtected?: Set<End>,
): AsyncGenerator<Outcome> {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const call = async (InstanceIds: string[]) => {
    try {
      if (verb === 'stop')
        await aws.client(EC2Client).send(new StopInstancesCommand({ InstanceIds }), aws.options);
      else await aws.client(EC2Client).send(new TerminateInstancesCommand({ InstanceIds }), aws.options);
    } catch (thrown) {
      if (!mayBeProtected || errorFacts(thrown).code !== 'OperationNotPermitted') throw thrown;
      for (const id of InstanceIds) mayBeProtected.add(byId.get(id) as End);
    }
  };
  for await (const { ids, refused } of inBatches([...byId.keys()], call, WHOLE_BATCH))
    for (const id of ids) {
      const action = byId.get(id) as End;
      if (mayBeProtected?.has(action)) continue;
      const result = outcome(action, verb, refused);
      if (!refused || action.before.operator === undefined) yield result;
      else yield leftToOperator(result, action.before);
    }
}

/**
 * EC2 cannot stop it: an instance store, a one-time spot request, or a spot request that is not active any
 * more. Source: Error codes for the Amazon EC2 API; EC2 User Guide, "Stop a Spot Instance".
 */
const UNSTOPPABLE = new Set(['UnsupportedOperation', 'IncorrectSpotRequestState']);

/** Source of the codes: Error codes for the Amazon EC2 API. */
function outcome({ kind, scope, id }: End, verb: Verb, refused: BatchResult['refused']): Outcome {
  const ref = { kind, scope, id, verb };
  if (!refused) return { ...ref, status: 'done' };
  if (refused.code === 'InvalidInstanceID.NotFound') return { ...ref, status: 'gone' };
  if (UNSTOPPABLE.has(refused.code)) return { ...ref, status: 'unstoppable', ...refused };
  const transient = refused.code === 'IncorrectInstanceState' || refused.code === 'IncorrectState';
  return { ...ref, status: 'failed', ...refused, ...(transient ? { transient } : {}) };
}
