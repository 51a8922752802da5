import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { monthStart } from '../../../simulated-aws/core/ledger.ts';
import { INTRUDER } from '../../intruder/intruder.ts';
import { dollars } from '../../measuring/wording.ts';
import type { InProcessDeployment } from '../../simulation/deployment.ts';
import { isIntruders } from '../playing/observer.ts';
import type { PlayedIncident } from '../playing/played-incident.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** IAM takes a few seconds until a change holds. */
const PROPAGATED_MS = 5_000;
/** Operations that change machines or credentials. */
const ACTS = /^(Stop|Terminate|Cancel|Suspend|UpdateA|AttachUser|PutUser|Modify)/;

/** Samples whenever the function has changed something, and marks the first change. */
export function watchChanges({ account, endpoint }: InProcessDeployment, played: PlayedIncident): void {
  endpoint.onCall = ({ operation }, phase) => {
    if (phase === 'before' || !ACTS.test(operation)) return;
    if (!played.observer.marked('acted') && played.isUnderAttack) played.observer.mark('acted');
    played.observer.look();
    account.timeline.after(PROPAGATED_MS, () => played.observer.look());
  };
}

/**
 * Marks when the tripwire could have known: its first look at which the intruder's machines run and the ledger, which it
 * cannot see, leaves no more than its look-ahead until the limit.
 */
export function watchWhatCouldBeKnown(
  { account }: InProcessDeployment,
  { observer, incident }: PlayedIncident,
  exhaustWithinHours: number,
): void {
  const { functions, timeline, ledger, ec2 } = account;
  if (incident.intruder === undefined) return;
  let seen = 0;
  const cancel = timeline.every(1_000, () => {
    const { length } = functions.invocations;
    if (length === seen) return;
    seen = length;
    const rest = incident.budgetUsd - ledger.usdBetween(monthStart(timeline.now()), timeline.now() + 1);
    // A pending machine counts too: it will cost from the moment it runs.
    const up = [...ec2.instances()].filter(({ state }) => state === 'pending' || state === 'running');
    const usdPerHour = up.reduce((sum, { launched }) => sum + launched.usdPerHour, 0);
    if (!up.some(({ launchedBy }) => launchedBy === INTRUDER)) return;
    if (rest > usdPerHour * exhaustWithinHours) return;
    observer.couldKnow();
    cancel();
  });
}

/** How the function's runs failed, and what it did not reach, in dollars. */
export function remarksAfter(
  { functions, ledger, timeline }: SimulatedAccount,
  { intruder, observer }: PlayedIncident,
  isLooking: boolean,
): string[] {
  const remarks: string[] = [];
  const errors = functions.attempts.flatMap(({ error }) =>
    error ? [`${error.errorType}: ${error.errorMessage}`] : [],
  );
  if (errors.length > 0) remarks.push(`Runs of the function failed: ${[...new Set(errors)].join('; ')}`);
  const [actedAt] = observer.marks.flatMap(({ kind, at }) => (kind === 'acted' ? at : []));
  if (intruder === undefined || actedAt === undefined) return remarks;
  const lost = (service: string, from: number) =>
    ledger.usdBetween(from, timeline.now() + 1, (post) => isIntruders(post) && post.service === service);
  const fargate = lost('Fargate', 0);
  if (fargate > 0)
    remarks.push(
      `${dollars(fargate)} of what was lost were Fargate tasks: ECS is not reached yet, so they ran until the owner read the e-mail.`,
    );
  const again = lost('EC2', actedAt + HOUR_MS);
  const deeds = intruder.deeds.filter(({ at, by }) => at > actedAt + MINUTE_MS && by !== undefined);
  if (deeds.length > 0) {
    const kinds = new Set(
      deeds.flatMap(({ by }) => intruder.credentials.held.find((one) => one.accessKeyId === by)?.kind ?? []),
    );
    const why = kinds.has('root')
      ? 'the root user, whom no API can lock out'
      : kinds.has('role')
        ? 'a role’s session: roles are not reached yet'
        : 'a key or session that still worked';
    const after = isLooking
      ? `Each time the next look stopped the new machines: ${dollars(again)} from the second hour on.`
      : wokenAgain(functions.invocations, actedAt);
    remarks.push(
      `After the first containment the intruder acted ${times(deeds.length)} more, by ${why}. ${after}`,
    );
  }
  return remarks;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Runs that began before the function acted belong to the first containment: a spike crosses several thresholds at once. */
function wokenAgain(invocations: readonly { readonly queuedAt: number }[], actedAt: number): string {
  const again = invocations.filter(({ queuedAt }) => queuedAt > actedAt + MINUTE_MS).length;
  return again === 0 ? 'No alarm woke the function again.' : `The function was woken ${times(again)} more.`;
}
