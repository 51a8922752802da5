import type { ScaleCaseResult, Timed } from './scale-case.ts';

/** Times the bound, times the least calls, MB resident. */
export const AIMS = { time: 1.2, calls: 1.1, memoryMb: 256 } as const;

/** One figure of a case against its aim. */
export interface Verdict {
  readonly figure: number;
  readonly met: boolean;
}

export interface Verdicts {
  readonly time: Verdict;
  readonly calls: Verdict;
  readonly memory: Verdict;
  /** Nothing is left alive, was changed without a record, or was changed twice; runs failed only for lack of time. */
  readonly whole: boolean;
}

const atMost = (figure: number, limit: number): Verdict => ({ figure, met: figure <= limit });
/** What was not needed took no time. */
const ratio = (timed: Timed | undefined): number => (timed ? timed.ms / timed.leastMs : 0);

/** Time of the last stop or the last key as a multiple of its bound, whichever is worse. */
export const timeRatioOf = ({ lastStop, lastKey }: ScaleCaseResult): number =>
  Math.max(ratio(lastStop), ratio(lastKey));

export function judge(result: ScaleCaseResult): Verdicts {
  const { calls, leastCalls, peakMemoryMb, lost, twice, failures } = result;
  return {
    time: atMost(timeRatioOf(result), AIMS.time),
    calls: atMost(calls / leastCalls, AIMS.calls),
    memory: atMost(peakMemoryMb, AIMS.memoryMb),
    whole: lost.length + twice.length + failures.length === 0,
  };
}

/** The hard aims: too many calls, or anything lost or done twice, is a defect of the engine. */
export function isSound(result: ScaleCaseResult): boolean {
  const { calls, whole } = judge(result);
  return calls.met && whole;
}
