import type { Granted } from '../core/allowance.ts';
import type { Mail } from '../core/mail.ts';
import { errorFacts } from '../core/model.ts';
import { allowanceNotice, type Notice, signalNotice, warning } from '../core/notices.ts';
import { type LearnedPrices, PRICES_KEY, pricesDocument } from '../core/prices.ts';
import type { Signal } from '../core/signal.ts';
import type { TripwireDecision } from '../core/tripwire.ts';
import {
  announced,
  essence,
  isKnown,
  MEMORY_KEY,
  memoryDocument,
  type TripwireMemory,
} from '../core/tripwire-memory.ts';
import type { Remembered } from '../shell/remembered.ts';
import type { TickDeps } from '../tick.ts';
import { beat } from './heartbeat.ts';
import type { Look } from './look.ts';
import { checked } from './self-check.ts';

export interface Sighted {
  readonly decision: TripwireDecision;
  readonly remembered: Remembered;
  /** What is known of prices beside the table. */
  readonly learned: LearnedPrices;
  readonly look: Look;
  /** Those that are new. */
  readonly signals: readonly Signal[];
  readonly grants: readonly Granted[];
  /** What somebody did to the budget. */
  readonly edits: readonly string[];
  readonly now: number;
}

const WRITE_EVERY_MS = 3_600_000;
/** Price list look-ups of one tick: a first tick in a large account must end too. */
const LOOKUPS = 5;

/**
 * What is left when a tick has decided: it tells the owner, learns prices, looks at the kill switch itself once a day,
 * writes down what the next tick needs, and beats. While something is contained, only the writing.
 * @throws what kept a notice from everybody, after the rest is done.
 */
export async function settle(
  deps: TickDeps,
  sighted: Sighted,
  isCalm: boolean,
): Promise<{ readonly problems: readonly string[] }> {
  const { decision, remembered } = sighted;
  const problems: string[] = [];
  const note = (problem: string | undefined) => {
    if (problem) problems.push(problem);
  };
  let { memory } = decision;
  let failure: unknown;
  if (isCalm) {
    const daily = await checked(deps, memory, sighted);
    const notices = [...noticesOf(deps, sighted), ...daily.notices];
    try {
      for (const { mail } of notices) await tell(deps, mail);
      memory = announced(
        daily.memory,
        notices.flatMap(({ id }) => id ?? []),
      );
    } catch (thrown) {
      failure = thrown;
      // It was not told: the next tick tries again.
      const { said, signals = [] } = remembered.memory ?? {};
      memory = { ...memory, signals, ...(said ? { said } : { said: undefined }) };
    }
  }
  await Promise.all([
    keep(deps, memory, sighted).then(note),
    isCalm ? learn(deps, sighted).then(note) : undefined,
    deps.heartbeatUrl ? beat(deps.heartbeatUrl).then(note) : undefined,
  ]);
  if (failure !== undefined) throw failure;
  return { problems };
}

function noticesOf(
  { budget, rules }: TickDeps,
  { decision, remembered, signals, grants, now }: Sighted,
): Notice[] {
  const { account } = budget;
  const isNew = ({ id }: Notice) => id === undefined || !isKnown(remembered.memory, id);
  const [home = 'us-east-1'] = rules.homeRegions;
  return [
    ...(decision.verdict.level === 'warn' ? [warning(account, decision, home)] : []),
    ...signals.map((signal) => signalNotice(account, signal)),
    ...grants.map((grant) => allowanceNotice(account, grant, 'begins')),
    ...grants.filter(({ until }) => until <= now).map((grant) => allowanceNotice(account, grant, 'ends')),
  ].filter(isNew);
}

/** Nothing was changed: it belongs to no incident. @throws when nobody could be told. */
async function tell({ notify, budget, newRun }: TickDeps, mail: Mail): Promise<void> {
  await notify?.(mail, { incident: newRun(), account: budget.account, acted: false, clean: false });
}

/** @returns why the memory could not be written. */
async function keep(
  { store }: TickDeps,
  memory: TripwireMemory,
  { remembered, now }: Sighted,
): Promise<string | undefined> {
  // What could not be read must not be replaced by a memory that has just begun.
  if (remembered.isUnknown) return undefined;
  const before = remembered.memory;
  const isSame = before !== undefined && essence(before) === essence(memory);
  if (isSame && now - before.writtenAt < WRITE_EVERY_MS) return undefined;
  return put(store, MEMORY_KEY, memoryDocument({ ...memory, writtenAt: now }));
}

/** Asks for prices that the table only guesses. @returns why one is still not known. */
async function learn(
  { clients, clock, store }: TickDeps,
  { look, learned: known }: Sighted,
): Promise<string | undefined> {
  const { learnPrices } = await import('../shell/prices.ts');
  const { learned, problem } = await learnPrices(clients, clock, look.metered, known, LOOKUPS);
  if (learned === known) return problem;
  return (await put(store, PRICES_KEY, pricesDocument(learned))) ?? problem;
}

const put = async (store: TickDeps['store'], key: string, text: string): Promise<string | undefined> => {
  try {
    await (await store)?.put(key, text);
    return undefined;
  } catch (thrown) {
    return `${key} could not be written: ${errorFacts(thrown).error}`;
  }
};
