import { leastStopMs } from './bound.ts';
import type { ScaleCaseResult } from './scale-case.ts';
import { SPREADS, type Spread } from './workload.ts';

export interface Point {
  readonly machines: number;
  readonly value: number;
}

/** One kind of account as it grows. */
export interface Series {
  readonly spread: Spread;
  readonly isProtected: boolean;
  readonly measured: readonly Point[];
  /** The least possible at the same sizes, where there is one. */
  readonly least: readonly Point[];
}

/** One figure of all kinds of accounts. */
export interface Panel {
  readonly title: string;
  readonly unit: (value: number) => string;
  /** Values that the axis names, where it reaches them. */
  readonly ticks: readonly number[];
  readonly series: readonly Series[];
  /** What no value should exceed. */
  readonly limit?: { readonly value: number; readonly label: string };
}

/** The cases without users, by kind of account; kinds that were not played are left out. */
export function seriesOf(
  results: readonly ScaleCaseResult[],
  measured: (result: ScaleCaseResult) => number,
  least: (result: ScaleCaseResult) => number | undefined = () => undefined,
): Series[] {
  const kinds = [false, true].flatMap((isProtected) => SPREADS.map((spread) => ({ spread, isProtected })));
  return kinds.flatMap((kind) => {
    const own = results
      .filter(
        ({ workload }) =>
          workload.users === 0 &&
          workload.spread === kind.spread &&
          workload.isProtected === kind.isProtected,
      )
      .sort((a, b) => a.workload.machines - b.workload.machines);
    if (own.length === 0) return [];
    const point = (result: ScaleCaseResult, value: number): Point => ({
      machines: result.workload.machines,
      value,
    });
    return [
      {
        ...kind,
        measured: own.map((each) => point(each, measured(each))),
        least: own.flatMap((each) => {
          const value = least(each);
          return value === undefined ? [] : [point(each, value)];
        }),
      },
    ];
  });
}

const seconds = (value: number): string =>
  value < 60 ? `${value} s` : value < 3600 ? `${value / 60} min` : `${value / 3600} h`;
const count = (value: number): string => value.toLocaleString('en-US');

/** The three figures that grow with an account. */
export const panelsOf = (results: readonly ScaleCaseResult[], memoryMb: number): Panel[] => [
  {
    title: 'Virtual time until the last stop',
    unit: seconds,
    ticks: [0.1, 0.3, 1, 3, 10, 60, 300, 1_200, 3_600, 10_800, 36_000],
    series: seriesOf(
      results,
      ({ lastStop }) => (lastStop?.ms ?? 0) / 1000,
      ({ workload }) => leastStopMs(workload) / 1000,
    ),
  },
  {
    title: 'API calls until it is surely clean',
    unit: count,
    ticks: [100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000],
    series: seriesOf(
      results,
      ({ calls }) => calls,
      ({ leastCalls }) => leastCalls,
    ),
  },
  {
    title: 'Peak memory of the function',
    unit: (value) => `${count(value)} MB`,
    ticks: [50, 100, 200, 400, 800],
    series: seriesOf(results, ({ peakMemoryMb }) => peakMemoryMb),
    limit: { value: memoryMb, label: `${memoryMb} MB` },
  },
];
