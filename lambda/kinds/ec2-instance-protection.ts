import { DescribeInstanceAttributeCommand, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { type Action, errorFacts, type Outcome } from '../core/model.ts';
import type { Aws } from '../shell/aws.ts';
import { forEachAtOnce } from '../shell/concurrency.ts';
import type { ActContext } from './kind.ts';

/** Stop protection blocks termination too; termination protection blocks no stop (API_ModifyInstanceAttribute). */
export interface Protection extends Record<string, boolean> {
  disableApiStop: boolean;
  disableApiTermination: boolean;
}

const AT_ONCE = 50;

/** What protects this instance now. @throws the EC2 error. */
export async function readProtection(aws: Aws, InstanceId: string): Promise<Protection> {
  const read = (Attribute: 'disableApiStop' | 'disableApiTermination') =>
    aws.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }), aws.options);
  const [stop, termination] = await Promise.all([read('disableApiStop'), read('disableApiTermination')]);
  return {
    disableApiStop: stop.DisableApiStop?.Value ?? false,
    disableApiTermination: termination.DisableApiTermination?.Value ?? false,
  };
}

/** Sets the attributes that differ; one call each, since EC2 takes one attribute a call. @throws the EC2 error. */
export async function writeProtection(
  aws: Aws,
  InstanceId: string,
  want: Partial<Protection>,
): Promise<void> {
  const write = (change: {
    DisableApiStop?: { Value: boolean };
    DisableApiTermination?: { Value: boolean };
  }) => aws.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, ...change }), aws.options);
  if (want.disableApiStop !== undefined) await write({ DisableApiStop: { Value: want.disableApiStop } });
  if (want.disableApiTermination !== undefined)
    await write({ DisableApiTermination: { Value: want.disableApiTermination } });
}

/**
 * Lifts from each instance only the protection that it has and that stands in the way of its verb, after
 * recording it. Yields one `unprotect` outcome for each instance that was protected.
 */
export async function liftProtection(context: ActContext, actions: readonly Action[]): Promise<Outcome[]> {
  const { aws } = context;
  const lifts: Action[] = [];
  const outcomes: Outcome[] = [];
  const fail = (action: Action, thrown: unknown) => {
    const facts = errorFacts(thrown);
    // Vanished meanwhile: the call that follows finds that out, and says so.
    if (facts.code === 'InvalidInstanceID.NotFound') return;
    outcomes.push({ ...refOf(action), verb: 'unprotect', status: 'failed', ...facts });
  };
  await forEachAtOnce(actions, AT_ONCE, async (action) => {
    try {
      const { disableApiStop, disableApiTermination } = await readProtection(aws, action.id);
      const inTheWay = {
        ...(disableApiStop ? { disableApiStop } : {}),
        ...(disableApiTermination && action.verb === 'terminate' ? { disableApiTermination } : {}),
      };
      if (Object.keys(inTheWay).length > 0)
        lifts.push({ ...refOf(action), verb: 'unprotect', before: inTheWay });
    } catch (thrown) {
      fail(action, thrown);
    }
  });
  await context.intend(lifts);
  await forEachAtOnce(lifts, AT_ONCE, async (lift) => {
    try {
      const off = Object.fromEntries(Object.keys(lift.before).map((attribute) => [attribute, false]));
      await writeProtection(aws, lift.id, off);
      outcomes.push({ ...refOf(lift), verb: 'unprotect', status: 'done' });
    } catch (thrown) {
      fail(lift, thrown);
    }
  });
  return outcomes;
}

const refOf = ({ kind, scope, id }: Action) => ({ kind, scope, id });
