import type { MarkKind } from '../playing/measures.ts';

/** What a drawing shows, free of the simulation: hours count from `zeroAt`'s meaning, see `axis`. */
export interface Picture {
  readonly name: string;
  readonly title: string;
  readonly titleJa?: string;
  readonly subtitle: string;
  /** What the x axis counts from, e.g. `days since the compromise`. */
  readonly axis: string;
  /** Where the x axis begins and ends, in days. */
  readonly days: readonly [number, number];
  /** A horizontal line, e.g. the owner's budget; in US dollars. */
  readonly limit?: { readonly usd: number; readonly label: string };
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
}

/** One defence: its line above, and its row below. */
export interface Row {
  readonly defence: string;
  readonly label: string;
  /** What the line came to, e.g. `$5,700`. */
  readonly amount: string;
  /** What became of it, e.g. `contained after 3 d 2 h`. */
  readonly outcome: string;
  readonly points: readonly { readonly day: number; readonly usd: number }[];
  /** Days between which something of the intruder's was billed; the second is null when it still is. */
  readonly billed?: readonly [number, number | null];
  readonly marks: readonly { readonly day: number; readonly kind: MarkKind }[];
}

/** Symbols of the rows, with what they mean; in this order in the legend. */
export const SYMBOLS: Readonly<Record<MarkKind, { readonly meaning: string; readonly shape: string }>> = {
  'budgets-sees-it': { meaning: 'Budgets sees it', shape: 'diamond' },
  mail: { meaning: 'first e-mail', shape: 'square' },
  'mail-read': { meaning: 'e-mail read', shape: 'open-square' },
  noticed: { meaning: 'noticed by chance', shape: 'open-circle' },
  acted: { meaning: 'the defence acts', shape: 'triangle' },
  'first-stop': { meaning: 'first stop', shape: 'bar' },
  contained: { meaning: 'contained', shape: 'check' },
  'false-fire': { meaning: 'false fire', shape: 'cross' },
};
