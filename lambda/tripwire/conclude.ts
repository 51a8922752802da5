import { groupBy } from '../core/group-by.ts';
import { errorFacts } from '../core/model.ts';
import { PRICES_KEY, pricesDocument } from '../core/prices/prices.ts';
import { GLOBAL_REGION } from '../core/regions.ts';
import {
  allowanceNotice,
  type Notice,
  restoredNotice,
  signalNotice,
  warning,
} from '../core/report/notices.ts';
import type { Report } from '../core/report/report-document.ts';
import { announced, isKnown, withoutSignals } from '../core/tripwire/handled.ts';
import {
  essence,
  MEMORY_KEY,
  memoryDocument,
  type TripwireMemory,
  WRITE_EVERY_MS,
} from '../core/tripwire/memory.ts';
import { proposedAllowance } from '../core/tripwire/proposed-allowance.ts';
import { membershipOf } from '../shell/journal/incident.ts';
import { within } from '../shell/time-limit.ts';
import { isFirstToday } from './daily-mail.ts';
import { callHeartbeat } from './heartbeat.ts';
import { isExposedKey, isLockedOut, lockedOut } from './lock-out.ts';
import { notifyOwner } from './notify-owner.ts';
import { priceListOf } from './pricing.ts';
import { selfCheck } from './self-check.ts';
import type { TickDeps, TickFindings } from './tick-deps.ts';
import { unfinished } from './unfinished.ts';

/** The runs that this tick has started; they may still go on while it concludes. */
export interface StartedRuns {
  readonly containment: Promise<Report> | undefined;
  readonly lockOuts: readonly (Promise<Report> | undefined)[];
}

/** Limits of single steps: a tick must end before the next one begins. */
const PUT_MS = 10_000;
/** Price look-ups of one tick and kind: the first tick in a large account must end in time, too. */
const LOOKUPS = 5;

/**
 * The end of a tick, after its decision. It notifies the owner, checks the kill switch itself once a day,
 * writes what the next tick needs, learns prices when nothing has to be contained, and calls the heartbeat
 * URL. Then it waits for the containment, and mails what that could not see or do.
 * @throws the error when every notification failed, after the rest is done.
 */
export async function conclude(
  deps: TickDeps,
  findings: TickFindings,
  { containment, lockOuts }: StartedRuns,
): Promise<{ readonly problems: readonly string[] }> {
  const { decision, stored } = findings;
  const isCalm = !containment;
  const problems: string[] = [];
  const note = (problem: string | undefined) => {
    if (problem) problems.push(problem);
  };
  // A signal about an exposed key counts as dealt with only when the key is locked out.
  const exposed = findings.signals.filter(isExposedKey);
  let memory = withoutSignals(
    decision.memory,
    exposed.map(({ id }) => id),
  );
  let failure: unknown;
  const daily = await selfCheck(deps, memory, findings, isCalm);
  problems.push(...daily.problems);
  const notices = [...noticesOf(deps, findings), ...daily.notices];
  try {
    for (const { mail } of notices) await notifyOwner(deps, mail);
    memory = announced(
      daily.memory,
      notices.flatMap(({ id }) => id ?? []),
    );
  } catch (thrown) {
    failure = thrown;
    // The owner was not notified: the next tick tries again. A fire has a mail of its own, from its run.
    const { said, signals = [] } = stored.memory ?? {};
    memory = { ...memory, signals: [...signals], ...(isCalm ? { said } : {}) };
  }
  await Promise.all([
    writeMemory(deps, memory, findings).then(note),
    isCalm ? learnMissingPrices(deps, findings).then(note) : undefined,
    deps.heartbeatUrl ? callHeartbeat(deps.heartbeatUrl, deps.clock).then(note) : undefined,
  ]);
  if (failure !== undefined) throw failure;
  // The tick that started these runs throws their errors.
  const [report, ...locked] = await Promise.all(
    [containment, ...lockOuts].map((each) => each?.catch(() => undefined)),
  );
  const continued = report && continuationId(report, findings);
  const left = report && continued !== undefined ? unfinished(report, continued) : undefined;
  const isNews = left !== undefined && !isKnown(memory, left.id);
  if (isNews) await notifyOwner(deps, left.mail);
  const areLocked =
    exposed.length > 0 && locked.every((each, at) => !lockOuts[at] || (each && isLockedOut(each)));
  const told = announced(memory, isNews ? [left.id] : []);
  const reports = locked.filter((each) => each !== undefined);
  const later = areLocked ? lockedOut(told, exposed, reports, findings.now) : told;
  if (isNews || areLocked) note(await writeMemory(deps, later, findings));
  return { problems };
}

/**
 * What this tick's containment continues: an open incident, or a fire that was reported and found nothing to
 * stop. Such a containment sends no report when it changes nothing. Undefined for a new containment.
 */
function continuationId({ incident }: Report, { mark, now, decision }: TickFindings): string | undefined {
  if (membershipOf(mark, 'none', now).joined) return incident;
  return decision.repeated ? `fired-${decision.memory.said?.firedAt}` : undefined;
}

function noticesOf(
  { budget, rules, commandFlags = '', lastKnown }: TickDeps,
  { decision, stored, signals, restored, grants, now }: TickFindings,
): Notice[] {
  const { account } = budget;
  const isNew = ({ id, isSent }: Notice) =>
    id === undefined || (isSent ? isFirstToday(lastKnown, id) : !isKnown(stored.memory, id));
  const [home = GLOBAL_REGION] = rules.homeRegions;
  const allow = proposedAllowance(budget.cap, grants, home, commandFlags);
  return [
    ...(decision.verdict.level === 'warn' ? [warning(account, decision, allow)] : []),
    // The lock-out of an exposed key sends its own report.
    ...signals.filter(({ kind }) => kind !== 'exposed-key').map((signal) => signalNotice(account, signal)),
    ...(restored.length > 0 ? [restoredNotice(account, restored, now)] : []),
    ...grants.map((grant) => allowanceNotice(account, grant, 'begins', commandFlags)),
    ...grants
      .filter(({ until }) => until <= now)
      .map((grant) => allowanceNotice(account, grant, 'ends', commandFlags)),
  ].filter(isNew);
}

/** @returns why the memory could not be written. */
async function writeMemory(
  deps: TickDeps,
  memory: TripwireMemory,
  { stored, mark, now }: TickFindings,
): Promise<string | undefined> {
  const known = { found: mark ? { mark } : {}, stored: { ...stored, memory } };
  if (deps.lastKnown) {
    deps.lastKnown.known = known;
    // An answer that did not come renews nothing.
    if (!stored.isUnknown) deps.lastKnown.readAt = now;
  }
  // A memory that we could not read must not be replaced by an empty one.
  if (stored.isUnknown) return undefined;
  const before = stored.memory;
  const isSame = before !== undefined && essence(before) === essence(memory);
  if (isSame && Math.abs(now - before.writtenAt) < WRITE_EVERY_MS) return undefined;
  return writeObject(deps, MEMORY_KEY, memoryDocument({ ...memory, writtenAt: now }));
}

/** Asks for prices that the table only estimates. @returns why a price is still unknown. */
async function learnMissingPrices(
  deps: TickDeps,
  { look, learned: known }: TickFindings,
): Promise<string | undefined> {
  const { clients, clock } = deps;
  let learned = known;
  const problems: string[] = [];
  for (const [kind, wanted] of groupBy(look.metered, (each) => each.kind)) {
    const list = await priceListOf(kind).catch(() => undefined); // `priceAll` has reported the error
    const answer = await list?.learn?.(clients, clock, wanted, learned, LOOKUPS);
    learned = answer?.learned ?? learned;
    if (answer?.problem) problems.push(answer.problem);
  }
  const problem = problems.length > 0 ? problems.join('; ') : undefined;
  if (learned === known) return problem;
  return (await writeObject(deps, PRICES_KEY, pricesDocument(learned))) ?? problem;
}

const writeObject = async (
  { clock, store }: Pick<TickDeps, 'clock' | 'store'>,
  key: string,
  text: string,
): Promise<string | undefined> => {
  try {
    await within(clock, PUT_MS, 'the journal', async () => (await store)?.put(key, text));
    return undefined;
  } catch (thrown) {
    return `${key} could not be written: ${errorFacts(thrown).error}`;
  }
};
