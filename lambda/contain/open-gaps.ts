import type { Gap } from '../core/model.ts';
import type { Policy } from '../core/policy/policy.ts';

/** AWS's error names for "not allowed": a user accepts them where the organization closes a region. */
const DENIALS = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']);
export const accept = (gap: Gap, policy: Policy): Gap =>
  policy.acceptDenied.has(gap.scope) && DENIALS.has(gap.code) ? { ...gap, accepted: true } : gap;

/** A look that is cut off does not know why its kind cannot be seen; an earlier one, that was answered or failed, does. */
export function withEarlierCause(gaps: readonly Gap[], earlier: readonly Gap[]): readonly Gap[] {
  const open = new Set(gaps.map(({ kind }) => kind));
  const kept = earlier.filter(({ kind }) => open.has(kind));
  const known = new Set(kept.map(({ kind }) => kind));
  return [...kept, ...gaps.filter(({ kind }) => !known.has(kind))];
}
