import { groupBy } from '../core/group-by.ts';
import { errorFacts } from '../core/model.ts';
import { PRICES_KEY, pricesDocument } from '../core/prices/prices.ts';
import type { Mail } from '../core/report/mail.ts';
import { allowanceNotice, type Notice, signalNotice, warning } from '../core/report/notices.ts';
import type { Report } from '../core/report/report-document.ts';
import {
  announced,
  dealtWith,
  essence,
  isKnown,
  MEMORY_KEY,
  memoryDocument,
  type TripwireMemory,
  WRITE_EVERY_MS,
  withoutSignals,
} from '../core/tripwire/memory.ts';
import type { Clock } from '../shell/clock.ts';
import { membershipOf } from '../shell/journal/incident.ts';
import { within } from '../shell/time-limit.ts';
import { isLockedOut } from './lock-out.ts';
import { priceListOf } from './pricing.ts';
import { selfCheck } from './self-check.ts';
import type { TickDeps, TickFindings } from './tick-deps.ts';
import { unfinished } from './unfinished.ts';

/** What this tick has begun, and what may go on while it concludes. */
export interface StartedRuns {
  readonly containment: Promise<Report> | undefined;
  readonly lockOuts: readonly (Promise<Report> | undefined)[];
}

/** A tick ends before the next, whoever keeps it waiting. */
const PUT_MS = 10_000;
const TELL_MS = 45_000;
const HEARTBEAT_LIMIT_MS = 5_000;
/** Price list look-ups of one tick and kind: a first tick in a large account must end too. */
const LOOKUPS = 5;

/**
 * What is left when a tick has decided: it tells the owner, looks at the kill switch itself once a day, writes down what
 * the next tick needs, learns prices when there is nothing else to do, and beats. It waits for a containment to hear what
 * that could not see or do.
 * @throws what kept a notice from everybody, after the rest is done.
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
  // An exposed key is dealt with when it is locked out, and not before.
  const exposed = findings.signals.filter(({ kind }) => kind === 'exposed-key').map(({ id }) => id);
  let memory = withoutSignals(decision.memory, exposed);
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
    // It was not told: the next tick tries again. That it has fired is told by the incident's own mail.
    const { said, signals = [] } = stored.memory ?? {};
    memory = { ...memory, signals: [...signals], ...(isCalm ? { said } : {}) };
  }
  await Promise.all([
    writeMemory(deps, memory, findings).then(note),
    isCalm ? learnMissingPrices(deps, findings).then(note) : undefined,
    deps.heartbeatUrl ? callHeartbeat(deps.heartbeatUrl, deps.clock).then(note) : undefined,
  ]);
  if (failure !== undefined) throw failure;
  // What made a containment fail is thrown by whoever began it.
  const [report, ...locked] = await Promise.all(
    [containment, ...lockOuts].map((each) => each?.catch(() => undefined)),
  );
  const goesOnWith = report && continuationId(report, findings);
  const left = report && goesOnWith !== undefined ? unfinished(report, goesOnWith) : undefined;
  const isNews = left !== undefined && !isKnown(memory, left.id);
  if (isNews) await notifyOwner(deps, left.mail);
  const areLocked =
    exposed.length > 0 && locked.every((each, at) => !lockOuts[at] || (each && isLockedOut(each)));
  const later = dealtWith(announced(memory, isNews ? [left.id] : []), areLocked ? exposed : []);
  if (isNews || areLocked) note(await writeMemory(deps, later, findings));
  return { problems };
}

/**
 * What this tick's containment went on with, where it tells nobody when it changes nothing: an incident that is open, or a
 * fire that was told already and found nothing to open one for.
 */
function continuationId({ incident }: Report, { mark, now, decision }: TickFindings): string | undefined {
  if (membershipOf(mark, 'none', now).joined) return incident;
  return decision.repeated ? `fired-${decision.memory.said?.firedAt}` : undefined;
}

function noticesOf(
  { budget, rules }: TickDeps,
  { decision, stored, signals, grants, now }: TickFindings,
): Notice[] {
  const { account } = budget;
  const isNew = ({ id }: Notice) => id === undefined || !isKnown(stored.memory, id);
  const [home = 'us-east-1'] = rules.homeRegions;
  return [
    ...(decision.verdict.level === 'warn' ? [warning(account, decision, home)] : []),
    // The lock-out of an exposed key sends a report of its own.
    ...signals.filter(({ kind }) => kind !== 'exposed-key').map((signal) => signalNotice(account, signal)),
    ...grants.map((grant) => allowanceNotice(account, grant, 'begins')),
    ...grants.filter(({ until }) => until <= now).map((grant) => allowanceNotice(account, grant, 'ends')),
  ].filter(isNew);
}

/** Nothing was changed: it belongs to no incident. @throws when nobody could be told. */
async function notifyOwner({ clock, notify, budget, newRun }: TickDeps, mail: Mail): Promise<void> {
  const about = { incident: newRun(), account: budget.account, acted: false, clean: false };
  await within(clock, TELL_MS, 'who carries the message', async () => notify?.(mail, about));
}

/** @returns why the memory could not be written. */
async function writeMemory(
  deps: TickDeps,
  memory: TripwireMemory,
  { stored, now }: TickFindings,
): Promise<string | undefined> {
  // What could not be read must not be replaced by a memory that has just begun.
  if (stored.isUnknown) return undefined;
  const before = stored.memory;
  const isSame = before !== undefined && essence(before) === essence(memory);
  if (isSame && Math.abs(now - before.writtenAt) < WRITE_EVERY_MS) return undefined;
  return writeObject(deps, MEMORY_KEY, memoryDocument({ ...memory, writtenAt: now }));
}

/** Asks for prices that the table only guesses. @returns why one is still not known. */
async function learnMissingPrices(
  deps: TickDeps,
  { look, learned: known }: TickFindings,
): Promise<string | undefined> {
  const { clients, clock } = deps;
  let learned = known;
  const problems: string[] = [];
  for (const [kind, wanted] of groupBy(look.metered, (each) => each.kind)) {
    const list = await priceListOf(kind).catch(() => undefined); // said where it was priced
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

/** Calls the owner's URL outside AWS: whoever listens there rings when it stays silent. @returns why it failed. */
async function callHeartbeat(url: string, clock: Clock): Promise<string | undefined> {
  try {
    const { ok, status } = await within(clock, HEARTBEAT_LIMIT_MS, 'the heartbeat URL', (signal) =>
      fetch(url, { signal }),
    );
    return ok ? undefined : `the heartbeat URL answered ${status}`;
  } catch (thrown) {
    return `the heartbeat URL could not be called: ${errorFacts(thrown).error}`;
  }
}
