import type { JournalRecord } from '../../../lambda/core/journal.ts';
import type { Verb } from '../../../lambda/core/model.ts';
import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { SimulatedInstance } from '../../../simulated-aws/services/ec2/instance.ts';
import type { SimulatedSpotRequest } from '../../../simulated-aws/services/ec2/spot-requests.ts';
import { type Mode, OWNER } from './planted.ts';

/** One thing, and by verb what of it that verb changes. */
interface Thing {
  readonly kind: string;
  readonly scope: string;
  readonly id: string;
  readonly aspects: Partial<Record<Verb, string>>;
  /** No undo brings it back: a one-time spot machine, a member that its group replaces. */
  readonly fleeting: boolean;
}

/** What there is in an account, by kind, scope and id. What has ended is not there. */
export type Snapshot = ReadonlyMap<string, Thing>;
export type Change = Pick<Thing, 'kind' | 'scope' | 'id' | 'fleeting'> & { readonly verb: Verb };

export const changeText = ({ kind, scope, id, verb }: Change) => `${verb} of ${kind} ${id} in ${scope}`;

/** The account as it is, past all delays of its APIs. */
export function snapshotOf(account: SimulatedAccount): Snapshot {
  const things = [...machines(account), ...launchers(account), ...people(account)];
  return new Map(things.map((thing) => [keyOf(thing), thing]));
}

const keyOf = ({ kind, scope, id }: Pick<Thing, 'kind' | 'scope' | 'id'>) => `${kind} ${scope} ${id}`;

function machines({ ec2 }: SimulatedAccount): Thing[] {
  return [...ec2.instances()]
    .filter(({ isEnding }) => !isEnding)
    .map((instance) => {
      const { id, region, disableApiStop, disableApiTermination, group, spotRequestId } = instance;
      const persistence = ec2.spot.find(spotRequestId)?.order.persistence;
      return {
        ...{ kind: 'ec2-instance', scope: region, id },
        aspects: {
          stop: isUp(instance) ? 'up' : 'down',
          unprotect: `${disableApiStop} ${disableApiTermination}`,
        },
        fleeting: group !== undefined || persistence === 'one-time',
      };
    });
}

function launchers({ ec2, autoScaling, regions }: SimulatedAccount): Thing[] {
  const groups = [...autoScaling.groups()].map(({ region, name, sizes, suspended }): Thing => {
    const { min, max, desired } = sizes;
    const aspects = { suspend: [...suspended.keys()].sort().join(), 'scale-in': `${min}/${max}/${desired}` };
    return { kind: 'ec2-auto-scaling-group', scope: region, id: name, aspects, fleeting: false };
  });
  const requests = regions.enabled().flatMap((region) =>
    [...ec2.spot.in(region)]
      .filter(({ order: { persistence } }) => persistence === 'persistent')
      .map(({ id, state }): Thing => {
        const aspects = { cancel: state === 'cancelled' ? 'cancelled' : 'lives' };
        return { kind: 'ec2-spot-request', scope: region, id, aspects, fleeting: true };
      }),
  );
  return [...groups, ...requests];
}

function people({ iam }: SimulatedAccount): Thing[] {
  const global = { scope: 'global', fleeting: false };
  return [...iam.users()].flatMap(({ name, keys, attachedPolicies, boundary = '' }): Thing[] => [
    {
      ...{ kind: 'iam-user', id: name, ...global },
      aspects: { deny: `${[...attachedPolicies].sort().join()} ${boundary}` },
    },
    ...keys.map(({ id, status }) => ({
      ...{ kind: 'iam-access-key', id, ...global },
      aspects: { disable: status },
    })),
  ]);
}

/** Every difference, as the change that makes it. What is gone was terminated; what is new is no change. */
function changesBetween(before: Snapshot, after: Snapshot): Change[] {
  return [...before].flatMap(([key, { aspects, ...thing }]) => {
    const is = after.get(key);
    if (!is) return [{ ...thing, verb: 'terminate' as const }];
    const verbs = (Object.keys(aspects) as Verb[]).filter((verb) => aspects[verb] !== is.aspects[verb]);
    return verbs.map((verb) => ({ ...thing, verb }));
  });
}

/** Changes between the two for which the journal has no undo. */
export const unrecorded = (before: Snapshot, after: Snapshot, records: readonly JournalRecord[]): string[] =>
  changesBetween(before, after)
    .filter((change) => !isRecorded(change, records))
    .map((change) => `not in the journal: ${changeText(change)}`);

/** What an undo must have brought back and did not. */
export const lostSince = (before: Snapshot, after: Snapshot, mode: Mode): Change[] =>
  changesBetween(before, after).filter(
    ({ kind, fleeting }) => !fleeting && (mode === 'stop' || kind !== 'ec2-instance'),
  );

/**
 * Whether the journal says how to undo a change. A machine is stopped before it is terminated, and a group's record
 * covers the members that the group ends.
 */
function isRecorded({ kind, scope, id, verb }: Change, records: readonly JournalRecord[]): boolean {
  const ends = ['stop', 'terminate'];
  if (
    records.some(
      (each) =>
        each.kind === kind &&
        each.scope === scope &&
        each.id === id &&
        (each.verb === verb || (ends.includes(verb) && ends.includes(each.verb))),
    )
  )
    return true;
  return records.some(({ before: { members } }) => Array.isArray(members) && members.includes(id));
}

/** What a containment must not leave: one text each, with what explains it. */
export function leftovers(account: SimulatedAccount, mode: Mode): string[] {
  const { ec2, autoScaling, regions, iam } = account;
  const isLeft = (instance: SimulatedInstance) =>
    isUp(instance) || (mode === 'terminate' && !instance.isEnding);
  const users = [...iam.users()].filter(({ name }) => name !== OWNER);
  return [
    ...[...ec2.instances()].filter(isLeft).map((instance) => machineText(account, instance)),
    ...[...autoScaling.groups()]
      .filter((group) => group.sizes.desired > 0 && group.runs('Launch'))
      .map(({ name }) => `group ${name}`),
    ...regions
      .enabled()
      .flatMap((region) => [...ec2.spot.in(region)])
      .filter((request) => launchesAgain(request, mode))
      .map(({ id, state }) => `${id} ${state}`),
    ...users.flatMap(({ keys }) => keys.filter(({ status }) => status === 'Active').map(({ id }) => id)),
    ...users
      .filter(({ keys, attachedPolicies, boundary }) => {
        return (
          keys.length > 0 && ![...attachedPolicies, boundary].some((arn) => arn?.endsWith('/AWSDenyAll'))
        );
      })
      .map(({ name }) => `user ${name}`),
  ];
}

/** A request whose machine was stopped launches nothing; a request whose machine was terminated launches another. */
const launchesAgain = ({ state, order }: SimulatedSpotRequest, mode: Mode) =>
  state === 'open' || (mode === 'terminate' && order.persistence === 'persistent' && state !== 'cancelled');

function machineText({ ec2 }: SimulatedAccount, instance: SimulatedInstance): string {
  const { id, region, group, lifecycle, disableApiStop, disableApiTermination, spotRequestId } = instance;
  const persistence = ec2.spot.find(spotRequestId)?.order.persistence;
  return [
    id,
    region,
    instance.state,
    ...(group === undefined ? [] : ['of a group']),
    ...(disableApiStop || disableApiTermination ? ['protected'] : []),
    ...(lifecycle === 'spot' ? [`${persistence} spot`] : []),
  ].join(' ');
}

const isUp = ({ state }: SimulatedInstance) => state === 'running' || state === 'pending';
