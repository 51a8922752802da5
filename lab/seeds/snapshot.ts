import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import type { SimulatedInstance } from '../../simulated-aws/services/ec2/instance.ts';
import { INTRUDER } from '../intruder/intruder.ts';

/** What a restore must bring back, by id; each value as one text. */
export type Snapshot = ReadonlyMap<string, string>;

/** What there is in an account that a containment may change. Terminated machines and ended spot requests are gone. */
export function snapshotOf({ ec2, iam, autoScaling }: SimulatedAccount): Snapshot {
  const facts = new Map<string, string>();
  for (const instance of ec2.instances())
    if (comesBack(instance)) {
      const { id, state, disableApiStop, disableApiTermination, launchedBy } = instance;
      // The intruder protects machines again, before and after they were stopped.
      const protections = launchedBy === INTRUDER ? '' : ` ${disableApiStop} ${disableApiTermination}`;
      facts.set(id, `${isUp(state) ? 'up' : 'down'}${protections}`);
    }
  for (const { region, plan, sizes, suspended } of autoScaling.groups()) {
    const { min, max, desired } = sizes;
    facts.set(`${region} ${plan.name}`, `${min}/${max}/${desired} ${[...suspended.keys()].sort(byName)}`);
  }
  for (const { name, keys, attachedPolicies, boundary } of iam.users()) {
    facts.set(name, `${attachedPolicies.some((arn) => arn.endsWith('/AWSDenyAll'))} ${boundary ?? ''}`);
    for (const { id, status } of keys) facts.set(id, status);
  }
  return facts;
}

/** Not what may be terminated even in stop mode: spot machines, instance-store roots, members of a group. */
const comesBack = ({ state, group, lifecycle, rootDevice }: SimulatedInstance) =>
  state !== 'terminated' &&
  state !== 'shutting-down' &&
  group === undefined &&
  lifecycle !== 'spot' &&
  rootDevice !== 'instance-store';

/** What is not as it was. What is new does not count. */
export function notPutBack(
  before: Snapshot,
  after: Snapshot,
): { readonly id: string; readonly was: string; readonly is: string }[] {
  return [...before].flatMap(([id, was]) => {
    const is = after.get(id) ?? 'gone';
    return is === was ? [] : [{ id, was, is }];
  });
}

const isUp = (state: string) => state === 'running' || state === 'pending';
const byName = (a: string, b: string) => (a < b ? -1 : 1);
