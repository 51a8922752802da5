import { type Gap, isDenial } from '../core/model.ts';
import type { Policy } from '../core/policy/policy.ts';

/** A user accepts what an organization denies everybody in a region. */
export const accept = (gap: Gap, policy: Policy): Gap =>
  policy.acceptDenied.has(gap.scope) && isDenial(gap.code) ? { ...gap, accepted: true } : gap;

/** A look that is cut off does not know why its kind cannot be seen; an earlier one, that was answered or failed, does. */
export function withEarlierCause(gaps: readonly Gap[], earlier: readonly Gap[]): readonly Gap[] {
  const open = new Set(gaps.map(({ kind }) => kind));
  const kept = earlier.filter(({ kind }) => open.has(kind));
  const known = new Set(kept.map(({ kind }) => kind));
  return [...kept, ...gaps.filter(({ kind }) => !known.has(kind))];
}
