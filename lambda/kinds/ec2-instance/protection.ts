import {
  DescribeInstanceAttributeCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
} from '@aws-sdk/client-ec2';
import { errorFacts, type Outcome, type ResourceRef, refOf } from '../../core/model.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import type { ActContext } from '../kind.ts';
import type { End, Lift, Protections } from './facts.ts';

type Protection = keyof Protections;

/** Reads the given protections of an instance, with one call each. @throws the EC2 error. */
export async function readProtection(
  aws: Aws,
  InstanceId: string,
  of: readonly Protection[] = ['disableApiStop', 'disableApiTermination'],
): Promise<Record<Protection, boolean>> {
  const read = async (Attribute: 'disableApiStop' | 'disableApiTermination') =>
    of.includes(Attribute)
      ? aws
          .client(EC2Client)
          .send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }), aws.options)
      : undefined;
  const [stop, termination] = await Promise.all([read('disableApiStop'), read('disableApiTermination')]);
  return {
    disableApiStop: stop?.DisableApiStop?.Value ?? false,
    disableApiTermination: termination?.DisableApiTermination?.Value ?? false,
  };
}

/** Sets the given attributes, with one call each: EC2 takes one attribute a call. @throws the EC2 error. */
export async function writeProtection(
  aws: Aws,
  InstanceId: string,
  want: { readonly [protection in Protection]?: boolean },
): Promise<void> {
  const write = (change: {
    DisableApiStop?: { Value: boolean };
    DisableApiTermination?: { Value: boolean };
  }) =>
    aws.client(EC2Client).send(new ModifyInstanceAttributeCommand({ InstanceId, ...change }), aws.options);
  if (want.disableApiStop !== undefined) await write({ DisableApiStop: { Value: want.disableApiStop } });
  if (want.disableApiTermination !== undefined)
    await write({ DisableApiTermination: { Value: want.disableApiTermination } });
}

/** The protections of some instances: lifts to make, actions that nothing blocks, looks that failed. */
export interface Looked {
  readonly lifts: readonly Lift[];
  readonly free: readonly End[];
  readonly failed: readonly Outcome[];
}

/**
 * Reads only the protections that can block each action: termination protection does not block a stop. It
 * asks about every instance, because a refused call does not name the protected ones.
 */
export async function lookAtProtection(aws: Aws, actions: readonly End[]): Promise<Looked> {
  const looked = { lifts: [] as Lift[], free: [] as End[], failed: [] as Outcome[] };
  const look = async (action: End) => {
    try {
      const of = action.verb === 'terminate' ? undefined : (['disableApiStop'] as const);
      const on = onlyOn(await readProtection(aws, action.id, of));
      if (Object.keys(on).length === 0) looked.free.push(action);
      else looked.lifts.push({ ...refOf(action), verb: 'unprotect', before: on });
    } catch (thrown) {
      looked.free.push(action); // it may be unprotected: the next call shows that
      looked.failed.push(...failure(action, thrown));
    }
  };
  await Promise.all(actions.map(look));
  return looked;
}

/** Journals protections, then lifts them. Returns one `unprotect` outcome for each instance. */
export async function liftProtection(context: ActContext, lifts: readonly Lift[]): Promise<Outcome[]> {
  if (lifts.length > 0) await context.intend(lifts);
  const lift = async (action: Lift): Promise<Outcome[]> => {
    try {
      const off = Object.fromEntries(Object.keys(action.before).map((attribute) => [attribute, false]));
      await writeProtection(context.aws, action.id, off);
      return [{ ...refOf(action), verb: 'unprotect', status: 'done' }];
    } catch (thrown) {
      return failure(action, thrown);
    }
  };
  return (await Promise.all(lifts.map(lift))).flat();
}

const onlyOn = ({ disableApiStop, disableApiTermination }: Record<Protection, boolean>): Protections => ({
  ...(disableApiStop ? { disableApiStop } : {}),
  ...(disableApiTermination ? { disableApiTermination } : {}),
});

function failure(action: ResourceRef, thrown: unknown): Outcome[] {
  const facts = errorFacts(thrown);
  // It is gone by now; the next call reports that.
  if (facts.code === 'InvalidInstanceID.NotFound') return [];
  return [{ ...refOf(action), verb: 'unprotect', status: 'failed', ...facts }];
}
