import { type PriceId, priceOf, type Usage } from './prices.ts';

export interface Line {
  readonly id: PriceId;
  readonly quantity: number;
  /** US dollars at the price, and what is left of them when the always-free units are taken off. */
  readonly usd: number;
  readonly usdBeyondFree: number;
}

export interface Bill {
  readonly lines: readonly Line[];
  readonly usd: number;
  readonly usdBeyondFree: number;
}

/** What a usage of a month costs, for an account that has used nothing else of the free units. */
export function billFor(usage: Usage): Bill {
  const lines = (Object.entries(usage) as [PriceId, number][]).map(([id, quantity]): Line => {
    const { usd, free } = priceOf(id);
    return { id, quantity, usd: quantity * usd, usdBeyondFree: Math.max(0, quantity - free) * usd };
  });
  const sum = (what: (line: Line) => number) => lines.reduce((total, line) => total + what(line), 0);
  return { lines, usd: sum(({ usd }) => usd), usdBeyondFree: sum((line) => line.usdBeyondFree) };
}
