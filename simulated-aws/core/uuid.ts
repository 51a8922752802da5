import type { Random } from './random.ts';

/** A UUID by chance. */
export const uuid = (random: Random): string =>
  [8, 4, 4, 4, 12].map((digits) => random.hex(digits)).join('-');
