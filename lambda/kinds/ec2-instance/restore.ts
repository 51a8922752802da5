import { EC2Client, paginateDescribeInstances, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { errorFacts } from '../../core/model.ts';
import { chunks, inBatches } from '../../shell/batches.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import type { RestoreStep, Undo } from '../kind.ts';
import type { End, Lift, Protections } from './facts.ts';
import { readProtection, writeProtection } from './protection.ts';

export const ec2InstanceUndo: Undo<End | Lift> = { restore: restoreInstances };

const isLift = (action: End | Lift): action is Lift => action.verb === 'unprotect';

/** Starts what we stopped, then sets the protections that we lifted. */
async function* restoreInstances(
  aws: Aws,
  actions: readonly (End | Lift)[],
  dryRun: boolean,
): AsyncGenerator<RestoreStep> {
  const states = await liveStates(
    aws,
    actions.map(({ id }) => id),
  );
  const stops = actions.filter((action): action is End => !isLift(action));
  const startable = stops.filter(({ id }) => ['stopped', 'stopping'].includes(states.get(id) ?? ''));
  for (const action of stops.filter((stop) => !startable.includes(stop)))
    yield unstartable(action, states.get(action.id));
  if (dryRun)
    for (const action of startable) yield { action, status: 'restored', detail: 'would be started' };
  else yield* start(aws, startable);
  for (const action of actions.filter(isLift)) yield await reprotect(aws, action, states, dryRun);
}

async function* start(aws: Aws, actions: readonly End[]): AsyncGenerator<RestoreStep> {
  const byId = new Map(actions.map((action) => [action.id, action]));
  const call = (InstanceIds: string[]) =>
    aws.client(EC2Client).send(new StartInstancesCommand({ InstanceIds }), aws.options);
  for await (const { ids, refused } of inBatches([...byId.keys()], call))
    for (const id of ids) {
      const action = byId.get(id) as End;
      if (refused) yield { action, status: 'failed', detail: refused.error };
      else yield { action, status: 'restored', detail: 'started' };
    }
}

function unstartable(action: End, state: string | undefined): RestoreStep {
  if (state === 'running' || state === 'pending')
    return { action, status: 'unchanged', detail: `is ${state}` };
  return {
    action,
    status: 'impossible',
    detail: 'was terminated: launch a new one (its volumes may remain)',
  };
}

async function reprotect(
  aws: Aws,
  action: Lift,
  states: ReadonlyMap<string, string>,
  dryRun: boolean,
): Promise<RestoreStep> {
  const state = states.get(action.id);
  if (!state || state === 'terminated' || state === 'shutting-down')
    return { action, status: 'impossible', detail: 'was terminated' };
  try {
    const now = await readProtection(aws, action.id);
    const were = Object.keys(action.before) as (keyof Protections)[];
    const off = were.filter((attribute) => action.before[attribute] && !now[attribute]);
    if (off.length === 0) return { action, status: 'unchanged', detail: 'is protected' };
    if (!dryRun)
      await writeProtection(aws, action.id, Object.fromEntries(off.map((attribute) => [attribute, true])));
    return { action, status: 'restored', detail: `${off.join(', ')} ${dryRun ? 'would be ' : ''}set again` };
  } catch (thrown) {
    return { action, status: 'failed', detail: errorFacts(thrown).error };
  }
}

/** The states of those that still exist. Uses a filter, since a list of ids fails if one of them is gone. */
export async function liveStates(aws: Aws, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const states = new Map<string, string>();
  for (const some of chunks([...new Set(ids)], 200)) {
    const query = {
      Filters: [{ Name: 'instance-id', Values: [...some] }],
      MaxResults: 1000,
      IncludeManagedResources: true,
    };
    for await (const page of paginateDescribeInstances({ client: aws.client(EC2Client) }, query, aws.options))
      for (const { InstanceId, State } of (page.Reservations ?? []).flatMap(
        ({ Instances = [] }) => Instances,
      ))
        if (InstanceId) states.set(InstanceId, State?.Name ?? 'unknown');
  }
  return states;
}
