import { monthBefore, monthOf, monthStart } from '../../lambda/core/calendar.ts';
import { type Allowance, allowedUsd, granted } from '../../lambda/core/tripwire/allowance.ts';
import { decideTick } from '../../lambda/core/tripwire/decision.ts';
import type { Running } from '../../lambda/core/tripwire/estimate.ts';
import { freshMemory, type TripwireMemory } from '../../lambda/core/tripwire/memory.ts';
import type { BudgetEvidence } from '../../lambda/core/verdict/budget.ts';
import { ALARM_THRESHOLDS, thisAccountOnly, USAGE_ONLY } from '../../lambda/core/verdict/budget.ts';
import { decide } from '../../lambda/core/verdict/decide.ts';
import type { Closure } from '../../lambda/core/verdict/floor.ts';
import { LATE_DATA_DAYS, spentByMonth } from '../../lambda/core/verdict/late-data.ts';
import { LIMIT, RULES, sighting } from '../core/tripwire-input.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const UPDATE_EVERY = 8 * HOUR;
const ACCOUNT = '123456789012';
const FIXED = { name: 'usage', account: ACCOUNT, limitUsd: LIMIT };
export const CAP = { usd: LIMIT / 2, hours: 24 };

/** Something that runs for a time; what it costs by the price list, and the part of it that is billed. */
export interface Work extends Running {
  readonly endsAt: number;
  readonly billed: number;
}

/** A stretch of time in an account, hour by hour: what happens in it is fixed before it begins. */
export interface Course {
  readonly from: number;
  readonly until: number;
  readonly work: readonly Work[];
  readonly allowances: readonly Allowance[];
  /** The age of the bill that Budgets sees when it looks: 0 to 16 hours, so that a figure is at most a day old. */
  readonly lateMs: number;
  /** How long an alarm takes from Budgets to the function. */
  readonly messageMs: number;
  /** Whether Budgets can be read at that time. */
  readonly reads: (now: number) => boolean;
  /** Whether the owner restores after each fire. */
  readonly restores: boolean;
}

export interface Happening {
  readonly at: number;
  readonly by: 'tick' | 'message';
  readonly level: 'warn' | 'fire';
  /** The owner hears of it: it is no repetition. */
  readonly isNews: boolean;
  readonly estimateUsd: number;
  /** The spend that restores have dealt with by then, by month. */
  readonly restoredUsd: Readonly<Record<string, number>>;
  readonly reasons: readonly string[];
}

const overlap = (work: Work, from: number, until: number): number =>
  Math.max(0, Math.min(work.endsAt, until) - Math.max(work.launchedAt, from)) / HOUR;

/** US dollars between two times, by the price list or as billed. */
export const costOf = (work: readonly Work[], from: number, until: number, by: 'list' | 'bill'): number =>
  work.reduce(
    (sum, each) => sum + each.usdPerHour * (by === 'bill' ? each.billed : 1) * overlap(each, from, until),
    0,
  );

/** What Budgets shows: the month that its last look at the bill was in, as of that bill. */
function shownAt({ work, lateMs }: Course, now: number): number {
  const asOf = Math.floor(now / UPDATE_EVERY) * UPDATE_EVERY - lateMs;
  return costOf(work, monthStart(asOf), asOf, 'bill');
}

function evidenceAt(course: Course, now: number): BudgetEvidence {
  const day = new Date(now).getUTCDate();
  const began = monthStart(now);
  const asOf = Math.min(began, Math.floor(now / UPDATE_EVERY) * UPDATE_EVERY - course.lateMs);
  return {
    at: now,
    budget: {
      ...{ limitUsd: LIMIT, actualUsd: shownAt(course, now), unit: 'USD', timeUnit: 'MONTHLY' },
      ...{ costTypes: USAGE_ONLY, filters: thisAccountOnly(ACCOUNT), hasFilterExpression: false },
    },
    ...(day > LATE_DATA_DAYS
      ? {}
      : { lastMonthUsd: costOf(course.work, monthStart(began - 1), asOf, 'bill') }),
  };
}

/** Plays a course with the tripwire's and the alarm's own decisions, and returns all that is not calm. */
export function played(course: Course): Happening[] {
  const happenings: Happening[] = [];
  let memory: TripwireMemory = freshMemory(course.from - 20 * DAY);
  let closure: Closure | undefined;
  const messages: { readonly at: number; readonly id: string }[] = [];
  const alerted = new Set<string>();
  const note = (now: number, by: Happening['by'], verdict: ReturnType<typeof decide>, isNews: boolean) => {
    if (verdict.level === 'calm') return;
    const { level, reasons } = verdict;
    const restoredUsd = closure?.restoredUsd ?? {};
    happenings.push({ at: now, by, level, isNews, reasons, restoredUsd, estimateUsd: memory.estimateUsd });
    if (level !== 'fire' || !course.restores) return;
    const spent = spentByMonth(evidenceAt(course, now), { [monthOf(now)]: memory.estimateUsd });
    const all = { ...closure?.restoredUsd };
    for (const [month, usd] of Object.entries(spent)) all[month] = Math.max(usd, all[month] ?? 0);
    closure = { closedAt: new Date(now).toISOString(), triggers: [], restoredUsd: all };
  };
  for (let now = course.from; now < course.until; now += HOUR) {
    for (const percent of ALARM_THRESHOLDS) {
      const shown = shownAt(course, now);
      const asOf = Math.floor(now / UPDATE_EVERY) * UPDATE_EVERY - course.lateMs;
      const id = `${monthOf(asOf)}-${percent}`;
      if (shown < (percent / 100) * LIMIT || alerted.has(id)) continue;
      alerted.add(id);
      messages.push({ at: now + course.messageMs, id });
    }
    const running = course.work.filter(({ launchedAt, endsAt }) => launchedAt <= now && now < endsAt);
    const grants = granted(course.allowances, CAP, now);
    const actualUsd = course.reads(now) ? shownAt(course, now) : undefined;
    const decision = decideTick(RULES, sighting(now, running, { actualUsd, grants, closure }), memory);
    memory = decision.memory;
    note(now, 'tick', decision.verdict, !decision.repeated);
    for (const { id } of messages.filter(({ at }) => at === now)) {
      const verdict = decide(
        { source: 'budget', id, sentAt: new Date(now).toISOString(), text: '' },
        FIXED,
        evidenceAt(course, now),
        closure,
        {
          allowedUsd: allowedUsd(grants),
          allowedLastMonthUsd: allowedUsd(granted(course.allowances, CAP, now, monthBefore(now))),
          estimateUsd: memory.estimateUsd,
        },
      );
      note(now, 'message', verdict, true);
    }
  }
  return happenings;
}
