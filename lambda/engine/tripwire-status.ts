import { type AllowanceCap, allowanceCap } from '../core/allowance-cap.ts';
import type { Settings } from '../core/settings.ts';
import { type Granted, granted, type ReadAllowances } from '../core/tripwire/allowance.ts';
import type { ReadMemory, TripwireMemory } from '../core/tripwire/memory.ts';

/** The settings and the memory of the scheduled look. Times in ms since 1970, `armAt` in ISO 8601. */
export interface TripwireStatus {
  readonly enabled: boolean;
  readonly everyMinutes: number;
  readonly exhaustWithinHours: number;
  readonly warnWithinHours: number;
  /** Before this moment it only looks and reports. */
  readonly armAt?: string;
  readonly allowanceCap: AllowanceCap;
  readonly homeRegions: readonly string[];
  /** Regions whose GuardDuty and EC2 events are forwarded to the stack. */
  readonly forwardFrom: readonly string[];
  /** Absent before the first tick, and when it cannot be read. */
  readonly memory?: MemorySummary;
  readonly problem?: string;
  /** This month's allowances, as far as the cap lets them count; ended ones still count. */
  readonly allowances: readonly Granted[];
  readonly allowancesProblem?: string;
}

export interface MemorySummary extends Pick<TripwireMemory, 'since' | 'estimateUsd'> {
  readonly lastTickAt?: number;
  /** The estimate at which the tripwire fires next, where that is not `firesAtUsd`: it has fired since. US dollars. */
  readonly firesAtUsd?: number;
  /** By region, from the last sample. */
  readonly usdPerHour: Readonly<Record<string, number>>;
  readonly alertUntil?: number;
  readonly alertText?: string;
  /** Until then it looks each minute. */
  readonly paceUntil?: number;
}

/** What the tripwire's settings and documents say at `now`, in ms since 1970. */
export function tripwireStatus(
  settings: Settings,
  { memory, problem }: ReadMemory,
  read: ReadAllowances,
  now: number,
): TripwireStatus {
  const { tripwire, armAt, homeRegions, guard } = settings;
  const cap = allowanceCap(settings);
  return {
    ...tripwire,
    ...(armAt === undefined ? {} : { armAt }),
    allowanceCap: cap,
    homeRegions,
    forwardFrom: guard.forwardFrom,
    ...(memory ? { memory: summaryOf(memory) } : {}),
    ...(problem ? { problem } : {}),
    allowances: granted(read.allowances, cap, now),
    ...(read.problem ? { allowancesProblem: read.problem } : {}),
  };
}

const summaryOf = ({
  since,
  estimateUsd,
  writtenAt,
  samples,
  alertUntil,
  alertText,
  paceUntil,
}: TripwireMemory): MemorySummary => ({
  since,
  estimateUsd,
  usdPerHour: samples.at(-1)?.rates ?? {},
  ...(writtenAt > 0 ? { lastTickAt: writtenAt } : {}),
  ...(alertUntil === undefined ? {} : { alertUntil }),
  ...(alertText === undefined ? {} : { alertText }),
  ...(paceUntil === undefined ? {} : { paceUntil }),
});
