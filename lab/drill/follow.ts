import { INTRUDER } from '../intruder/intruder.ts';
import { at, dollars } from './screen.ts';
import type { AttackedAccount } from './setup.ts';
import { SEEN_AT, type Simulation } from './simulation.ts';
import { Watch } from './watch.ts';

export const NOTHING_USD = 1e-6;
/** Whether the ledger files it under the intruder. */
export const isIntruders = ({ owner }: { readonly owner: string }) => owner === INTRUDER;

/** Prints what happens to the intruder's machines and keys, while it happens. */
export function follow({ deployment, intruder }: Simulation, { incident }: AttackedAccount) {
  const { account, endpoint } = deployment;
  const { timeline, ledger, ec2, iam } = account;
  const seconds = () => (timeline.now() - SEEN_AT) / 1000;
  let isOver = false;
  const watch = new Watch(incident, seconds, () => `${dollars(ledger.usdPerHour(isIntruders))}/h`);
  let haltedAt: number | undefined;
  ec2.onState((instances, state) => {
    haltedAt = ledger.usdPerHour(isIntruders) < NOTHING_USD ? (haltedAt ?? seconds()) : undefined;
    for (const { id, region, launchedBy } of instances) {
      if (isOver || launchedBy !== INTRUDER) continue;
      if (state === 'pending') watch.started(region, [id]);
      else if (state === 'stopping' || state === 'shutting-down') watch.ended(region, [id]);
    }
  });
  const told = ({ what, by }: { readonly what: string; readonly by?: string }) =>
    by ? `the intruder ${what}` : `the intruder fails (“${what}”): none of the keys works`;
  intruder.onDeed = (deed) => watch.tell(told(deed));
  endpoint.onCall = ({ operation, region, input }, phase) => {
    if (isOver || phase !== 'after') return;
    if (operation === 'UpdateAutoScalingGroup')
      watch.groupEmptied(region, (input as { AutoScalingGroupName: string }).AutoScalingGroupName);
    if (operation === 'UpdateAccessKey')
      for (const { keys } of iam.users())
        for (const { id, status } of keys) if (status === 'Inactive') watch.keyEnded(id);
  };
  return {
    /** When the intruder's last machine stopped. */
    haltedAfter: () => (haltedAt === undefined ? 'not yet' : `${haltedAt.toFixed(1)} s later`),
    /** From now on lines carry the time of day, not seconds since the look. */
    useTheClock: () => {
      isOver = true;
      intruder.onDeed = (deed) => at(timeline.now(), told(deed));
    },
  };
}
