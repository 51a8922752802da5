import { allowedUsd, type Granted } from './allowance.ts';
import { type Closure, floorCapUsd, floorUsd, usd, type Verdict } from './decide.ts';
import { type Estimate, estimateSpend, type Running, ratesOf, sumOf } from './estimate.ts';
import { monthOf } from './months.ts';
import { suspects } from './suspects.ts';
import { forgetOld, onAlert, type TripwireMemory } from './tripwire-memory.ts';

export interface TripwireRules {
  readonly limitUsd: number;
  readonly homeRegions: ReadonlySet<string>;
  readonly exhaustWithinHours: number;
  readonly warnWithinHours: number;
}

/** What one tick has seen. */
export interface Sighting {
  /** Ms since 1970. */
  readonly now: number;
  readonly running: readonly Running[];
  /** Regions that did not answer: what ran there last is taken to run on. */
  readonly dark: readonly string[];
  /** Budgets' ActualSpend; undefined when it could not be read. */
  readonly actualUsd: number | undefined;
  /** The budget is gone, or counts something else now. */
  readonly budgetIsLost?: boolean;
  readonly grants: readonly Granted[];
  readonly closure?: Closure | undefined;
}

export interface TripwireDecision {
  readonly verdict: Verdict;
  /** It has fired for this already, within the last day. */
  readonly repeated: boolean;
  /** This month's limit with what is allowed, and raised after a restore or a fire; US dollars. */
  readonly floorUsd: number;
  readonly estimate: Estimate;
  readonly usdPerHour: number;
  /** Until the limit is reached at this rate; Infinity when nothing runs. */
  readonly hoursLeft: number;
  readonly memory: TripwireMemory;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A rate that moved by less needs no sample of its own. */
const SAME_RATE = 0.01;
/** A fire raises the floor for the next one by this share of the limit, as a restore does, and to no more than that. */
const STEP = 0.25;

/**
 * Decides a tick by money alone; see docs/adr/0018-tripwire.md.
 * 1. The estimated spend has reached the limit: fire.
 * 2. What runs reaches it within `exhaustWithinHours`, and what is suspect has a part in that: fire at once.
 * 3. What runs reaches it within `warnWithinHours`: warn once.
 */
export function decideTick(
  rules: TripwireRules,
  sighting: Sighting,
  memory: TripwireMemory,
): TripwireDecision {
  const { now, running, actualUsd, budgetIsLost, grants, closure } = sighting;
  const rates = withDark(ratesOf(running), sighting, memory);
  const usdPerHour = sumOf(rates);
  const estimate = estimateSpend(memory, actualUsd, running, now, budgetIsLost);
  const limitUsd = rules.limitUsd + allowedUsd(grants);
  const said = saidOf(memory, limitUsd, now, closure);
  const floor = Math.max(
    floorUsd(limitUsd, Math.max(estimate.usd, actualUsd ?? 0), closure, rules.limitUsd),
    said.firedUsd === undefined
      ? 0
      : Math.min(said.firedUsd + STEP * limitUsd, floorCapUsd(rules.limitUsd, limitUsd)),
  );
  const restUsd = floor - estimate.usd;
  const hoursLeft = usdPerHour > 0 ? Math.max(0, restUsd) / usdPerHour : Number.POSITIVE_INFINITY;
  const verdict = judge(rules, sighting, memory, { estimate, floor, limitUsd, restUsd, hoursLeft, said });
  const isFire = verdict.level === 'fire';
  const repeated = isFire && said.firedAt !== undefined && now - said.firedAt < DAY_MS;
  return {
    verdict,
    repeated,
    floorUsd: floor,
    estimate,
    usdPerHour,
    hoursLeft,
    memory: {
      ...memory,
      samples: sampled(memory.samples, now, rates),
      ...(estimate.lastChange ? { actual: estimate.lastChange } : {}),
      estimateUsd: estimate.usd,
      said: {
        ...said,
        ...(verdict.level === 'warn' ? { warnedAt: now } : {}),
        ...(isFire ? { firedAt: now, firedUsd: estimate.usd } : {}),
      },
    },
  };
}

/** What was said of this limit in this month; nothing counts any more once its incident was closed. */
function saidOf({ said }: TripwireMemory, limitUsd: number, now: number, closure: Closure | undefined) {
  const closing = Date.parse(closure?.closedAt ?? '') || 0;
  // What was closed in the future was not closed.
  const closedAt = closing <= now ? closing : 0;
  const last = Math.max(said?.warnedAt ?? 0, said?.firedAt ?? 0);
  const isOfThis = said?.limitUsd === limitUsd && monthOf(last) === monthOf(now) && last > closedAt;
  return isOfThis ? said : { limitUsd };
}

function withDark(rates: Record<string, number>, { dark }: Sighting, { samples }: TripwireMemory) {
  const last = samples.at(-1)?.rates ?? {};
  const known = dark.map((region) => [region, Math.max(rates[region] ?? 0, last[region] ?? 0)] as const);
  return { ...rates, ...Object.fromEntries(known.filter(([, rate]) => rate > 0)) };
}

function sampled(samples: TripwireMemory['samples'], now: number, rates: Record<string, number>) {
  const last = samples.at(-1);
  const isSame =
    last !== undefined &&
    now - last.at < HOUR_MS &&
    [...new Set([...Object.keys(last.rates), ...Object.keys(rates)])].every((region) => {
      const [before, after] = [last.rates[region] ?? 0, rates[region] ?? 0];
      return Math.abs(after - before) <= SAME_RATE * Math.max(before, after);
    });
  // Forgotten when one comes, not when it is too old: each change is a write.
  return isSame ? samples : forgetOld([...samples, { at: now, rates }], now);
}

interface Figures {
  readonly estimate: Estimate;
  readonly floor: number;
  readonly limitUsd: number;
  readonly restUsd: number;
  readonly hoursLeft: number;
  readonly said: NonNullable<TripwireMemory['said']>;
}

function judge(
  { homeRegions, exhaustWithinHours, warnWithinHours }: TripwireRules,
  sighting: Sighting,
  memory: TripwireMemory,
  { estimate, floor, limitUsd, restUsd, hoursLeft, said }: Figures,
): Verdict {
  const { now } = sighting;
  const spend = `estimated spend ${usd(estimate.usd)} (${actualText(estimate, now)}, and what ran since)`;
  const limit = floor > limitUsd ? `${usd(floor)}, the floor since it last fired` : `the limit ${usd(floor)}`;
  if (restUsd <= 0) return { level: 'fire', reasons: [`${spend} has reached ${limit}`] };
  const isAlert = onAlert(memory, now);
  const strange = suspects(sighting, memory, homeRegions, isAlert);
  const left = `${spend} reaches ${limit} in ${hoursText(hoursLeft)} at this rate`;
  const within = isAlert ? warnWithinHours : exhaustWithinHours;
  const matters = strange.usdPerHour * within >= Math.min(restUsd, limitUsd / 10);
  if (hoursLeft <= within && strange.usdPerHour > 0 && matters)
    return { level: 'fire', reasons: [left, ...strange.reasons] };
  if (hoursLeft <= warnWithinHours && said.warnedAt === undefined && said.firedAt === undefined)
    return { level: 'warn', reasons: [left, ...strange.reasons] };
  return { level: 'calm', reasons: [hoursLeft > warnWithinHours ? `${spend}, ${limit}` : left] };
}

const actualText = ({ actual }: Estimate, now: number): string =>
  actual
    ? `Budgets said ${usd(actual.usd)} ${hoursText((now - actual.at) / HOUR_MS)} ago`
    : 'Budgets has said nothing of this month';

export function hoursText(hours: number): string {
  if (hours === Number.POSITIVE_INFINITY) return 'no time that can be told';
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.round(hours / 24)} days`;
}
