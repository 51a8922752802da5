import { DescribeInstanceAttributeCommand, ModifyInstanceAttributeCommand } from '@aws-sdk/client-ec2';
import { type Action, errorFacts, type Outcome } from '../core/model.ts';
import type { Aws } from '../shell/aws.ts';
import type { ActContext } from './kind.ts';

/** Stop protection blocks termination too; termination protection blocks no stop (API_ModifyInstanceAttribute). */
export interface Protection extends Record<string, boolean> {
  disableApiStop: boolean;
  disableApiTermination: boolean;
}

/** What protects this instance now, of the attributes asked for: one call each. @throws the EC2 error. */
export async function readProtection(
  aws: Aws,
  InstanceId: string,
  of: readonly (keyof Protection)[] = ['disableApiStop', 'disableApiTermination'],
): Promise<Protection> {
  const read = async (Attribute: 'disableApiStop' | 'disableApiTermination') =>
    of.includes(Attribute)
      ? aws.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute }), aws.options)
      : undefined;
  const [stop, termination] = await Promise.all([read('disableApiStop'), read('disableApiTermination')]);
  return {
    disableApiStop: stop?.DisableApiStop?.Value ?? false,
    disableApiTermination: termination?.DisableApiTermination?.Value ?? false,
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

/** What stands in the way of some actions: lifts to be made, those that nothing holds, failed looks. */
export interface Looked {
  readonly lifts: readonly Action[];
  readonly free: readonly Action[];
  readonly failed: readonly Outcome[];
}

/**
 * Reads from each instance only the protection that can stand in the way of its verb: to stop it, termination
 * protection need not be known. A stop that was refused names none of the protected, so that each is asked.
 */
export async function lookAtProtection(aws: Aws, actions: readonly Action[]): Promise<Looked> {
  const looked = { lifts: [] as Action[], free: [] as Action[], failed: [] as Outcome[] };
  const look = async (action: Action) => {
    try {
      const of = action.verb === 'terminate' ? undefined : (['disableApiStop'] as const);
      const on = Object.entries(await readProtection(aws, action.id, of)).filter(([, value]) => value);
      if (on.length === 0) looked.free.push(action);
      else looked.lifts.push({ ...refOf(action), verb: 'unprotect', before: Object.fromEntries(on) });
    } catch (thrown) {
      looked.free.push(action); // the next call finds out whether it can be stopped all the same
      looked.failed.push(...failure(action, thrown));
    }
  };
  await Promise.all(actions.map(look));
  return looked;
}

/** Lifts protections after recording them. Gives one `unprotect` outcome for each instance. */
export async function liftProtection(context: ActContext, lifts: readonly Action[]): Promise<Outcome[]> {
  if (lifts.length > 0) await context.intend(lifts);
  const lift = async (action: Action): Promise<Outcome[]> => {
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

function failure(action: Action, thrown: unknown): Outcome[] {
  const facts = errorFacts(thrown);
  // Vanished meanwhile: the call that follows finds that out, and says so.
  if (facts.code === 'InvalidInstanceID.NotFound') return [];
  return [{ ...refOf(action), verb: 'unprotect', status: 'failed', ...facts }];
}

const refOf = ({ kind, scope, id }: Action) => ({ kind, scope, id });
