import { StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { groupBy } from '../core/group.ts';
import type { Action, Outcome } from '../core/model.ts';
import { type BatchResult, chunks, inBatches } from '../shell/batches.ts';
import { forEachAtOnce } from '../shell/concurrency.ts';
import { liftProtection } from './ec2-instance-protection.ts';
import type { ActContext } from './kind.ts';

type Verb = 'stop' | 'terminate';
/** Small, so that the first of many protected machines stops long before the last protection is lifted. */
const UNPROTECT_CHUNK = 25;

/** Stops what can be stopped; protection is lifted only from what was refused for it. */
export async function* stopInstances(
  context: ActContext,
  actions: readonly Action[],
): AsyncGenerator<Outcome> {
  // One pending machine refuses a whole request: it goes apart, as do spot machines, which refuse for other reasons.
  const lots = groupBy(actions, (a) => `${a.before['state'] === 'pending'}/${a.before['spot'] !== 'no'}`);
  for (const lot of lots.values()) yield* inOrder(context, 'stop', lot);
}

/**
 * Terminates. What can be stopped is stopped first: termination protection does not stop that, it ends the
 * billing, and its refusal changes nothing here.
 */
export async function* terminateInstances(
  context: ActContext,
  actions: readonly Action[],
): AsyncGenerator<Outcome> {
  const stoppable = actions.filter(
    ({ before }) => before['spot'] === 'no' && !before['instanceStore'] && before['state'] === 'running',
  );
  const stop = callOf(context, 'stop');
  for await (const _ of inBatches(
    stoppable.map(({ id }) => id),
    stop,
  ))
    void _;
  yield* inOrder(context, 'terminate', actions);
}

async function* inOrder(
  context: ActContext,
  verb: Verb,
  actions: readonly Action[],
): AsyncGenerator<Outcome> {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const isProtected: Action[] = [];
  for await (const { ids, refused } of inBatches([...byId.keys()], callOf(context, verb))) {
    for (const id of ids) {
      const action = byId.get(id) as Action;
      if (refused?.code === 'OperationNotPermitted') isProtected.push(action);
      else yield outcome(action, verb, refused);
    }
  }
  if (isProtected.length > 0) yield* unprotected(context, verb, isProtected);
}

async function* unprotected(context: ActContext, verb: Verb, actions: Action[]): AsyncGenerator<Outcome> {
  const outcomes: Outcome[] = [];
  await forEachAtOnce(chunks(actions, UNPROTECT_CHUNK), Number.POSITIVE_INFINITY, async (chunk) => {
    const lifted = await liftProtection(context, chunk);
    outcomes.push(...lifted);
    const byId = new Map(chunk.map((action) => [action.id, action]));
    for await (const { ids, refused } of inBatches([...byId.keys()], callOf(context, verb)))
      outcomes.push(...ids.map((id) => outcome(byId.get(id) as Action, verb, refused)));
  });
  yield* outcomes;
}

const callOf =
  ({ aws }: ActContext, verb: Verb) =>
  (InstanceIds: string[]) =>
    verb === 'stop'
      ? aws.ec2.send(new StopInstancesCommand({ InstanceIds }), aws.options)
      : aws.ec2.send(new TerminateInstancesCommand({ InstanceIds }), aws.options);

/** Error codes by EC2's own list (Error codes for the Amazon EC2 API). */
function outcome({ kind, scope, id }: Action, verb: Verb, refused: BatchResult['refused']): Outcome {
  const ref = { kind, scope, id, verb };
  if (!refused) return { ...ref, status: 'done' };
  if (refused.code === 'InvalidInstanceID.NotFound') return { ...ref, status: 'gone' };
  if (refused.code === 'UnsupportedOperation') return { ...ref, status: 'unstoppable', ...refused };
  const transient = refused.code === 'IncorrectInstanceState' || refused.code === 'IncorrectState';
  return { ...ref, status: 'failed', ...refused, ...(transient ? { transient } : {}) };
}
