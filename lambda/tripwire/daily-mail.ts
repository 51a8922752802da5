import type { LastKnown } from '../shell/journal/known.ts';

/**
 * Whether this process has not mailed it yet. What goes out once a day by the clock, whatever the bucket says, would go out
 * at each look of a run that looks each minute.
 * @param id with the day in it
 */
export function isFirstToday(lastKnown: LastKnown | undefined, id: string): boolean {
  if (lastKnown?.mailed?.has(id)) return false;
  lastKnown?.mailed?.add(id);
  return true;
}
