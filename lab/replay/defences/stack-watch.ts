import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { monthStart } from '../../../simulated-aws/core/ledger.ts';
import { INTRUDER } from '../../intruder/intruder.ts';
import type { OwnStage } from '../../simulation/stage.ts';
import { isIntruders } from '../observer.ts';
import type { Scene } from '../scene.ts';
import { dollars } from '../wording.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** IAM takes a few seconds until a change holds. */
const PROPAGATED_MS = 5_000;
/** What changes machines or credentials; the journal and the mail change nothing of the kind. */
const ACTS = /^(Stop|Terminate|Cancel|Suspend|UpdateA|AttachUser|PutUser|Modify)/;

/** Looks whenever the function has changed something, and marks when it first did. */
export function watchChanges({ account, endpoint }: OwnStage, scene: Scene): void {
  endpoint.onCall = ({ operation }, phase) => {
    if (phase === 'before' || !ACTS.test(operation)) return;
    if (!scene.observer.marked('acted') && scene.isUnderAttack) scene.observer.mark('acted');
    scene.observer.look();
    account.timeline.after(PROPAGATED_MS, () => scene.observer.look());
  };
}

/**
 * When the tripwire could have known: at its first look at which the ledger, which it never sees, left no more than its
 * look-ahead until the limit, with the intruder's machines at work.
 */
export function watchWhatCouldBeKnown(
  { account }: OwnStage,
  { observer, incident }: Scene,
  exhaustWithinHours: number,
): void {
  const { functions, timeline, ledger, ec2 } = account;
  let seen = 0;
  const cancel = timeline.every(1_000, () => {
    const { length } = functions.invocations;
    if (length === seen) return;
    seen = length;
    const rest = incident.budgetUsd - ledger.usdBetween(monthStart(timeline.now()), timeline.now() + 1);
    // What is launched costs from the moment it runs: it shows, and is meant to, before that.
    const up = [...ec2.instances()].filter(({ state }) => state === 'pending' || state === 'running');
    const usdPerHour = up.reduce((sum, { launched }) => sum + launched.usdPerHour, 0);
    if (!up.some(({ launchedBy }) => launchedBy === INTRUDER)) return;
    if (rest > usdPerHour * exhaustWithinHours) return;
    observer.couldKnow();
    cancel();
  });
}

/** How the function's runs failed, and what the intruder had that it did not reach, in dollars. */
export function remarksAfter(
  { functions, ledger, timeline }: SimulatedAccount,
  { intruder, observer }: Scene,
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
      `${dollars(fargate)} of what was lost were Fargate tasks: ECS is not reached yet, so they went on until the owner read his mail.`,
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
      ? `Each time the next look stopped his machines: ${dollars(again)} from the second hour on.`
      : wokenAgain(functions.invocations, actedAt);
    remarks.push(
      `After the first containment the intruder acted ${times(deeds.length)} more, by ${why}. ${after}`,
    );
  }
  return remarks;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** What had begun before it acted belongs to the first containment: a spike crosses several thresholds at once. */
function wokenAgain(invocations: readonly { readonly queuedAt: number }[], actedAt: number): string {
  const again = invocations.filter(({ queuedAt }) => queuedAt > actedAt + MINUTE_MS).length;
  return again === 0 ? 'No alarm woke the function again.' : `The function was woken ${times(again)} more.`;
}
