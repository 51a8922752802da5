import type { MarkKind } from '../playing/measures.ts';

/** What a drawing shows, without the simulation. Days count from what `axis` says. */
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
  /** The amount at the end of the line, e.g. `$5,700`. */
  readonly amount: string;
  /** How it ended, e.g. `contained after 3 d 2 h`. */
  readonly outcome: string;
  readonly points: readonly { readonly day: number; readonly usd: number }[];
  /** The days from which and until which something of the intruder's was billed; null while it still is. */
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
  'fire-at-limit': { meaning: 'stopped at the owner’s limit', shape: 'triangle' },
};
