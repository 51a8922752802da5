/** One figure beside its target. */
export interface Measurement {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** The bare figure, for machines. */
  readonly value: number;
  /** Undefined for figures that have no target, and are there to be compared. */
  readonly met?: boolean;
  /** A miss fails the benchmark. Wall time never does: it depends on the machine. */
  readonly hard: boolean;
}

/** What belongs together, with how it was measured. */
export interface Section {
  readonly title: string;
  /** Sentences, for a reader who wants to doubt the figures. */
  readonly method: readonly string[];
  readonly measurements: readonly Measurement[];
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
};

/** A figure that must not exceed its target. */
export function atMost(
  what: string,
  value: number,
  limit: number,
  unit: string,
  options: { readonly hard: boolean; readonly digits?: number; readonly note?: string },
): Measurement {
  const { hard, digits = 0, note } = options;
  const shown = `${value.toFixed(digits)}${unit}`;
  return {
    what,
    target: `≤ ${limit}${unit}`,
    measured: note ? `${shown} (${note})` : shown,
    value,
    met: value <= limit,
    hard,
  };
}

/** A figure to compare with. */
export const noted = (what: string, value: number, measured: string): Measurement => ({
  what,
  target: '',
  measured,
  value,
  hard: false,
});
