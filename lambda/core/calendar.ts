/** The calendar month that AWS bills, in UTC: `2026-01`. Takes ms since 1970. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/** The start of that month, in ms since 1970. */
export const monthStart = (time: number): number => Date.parse(`${monthOf(time)}-01T00:00:00Z`);

/** The month before the one of that time. Takes ms since 1970. */
export const monthBefore = (time: number): string => monthOf(monthStart(time) - 1);

/** The first and the last millisecond of a month such as `2026-01`, in ms since 1970. */
export function spanOf(month: string): { readonly began: number; readonly ends: number } {
  const began = Date.parse(`${month}-01T00:00:00Z`);
  const next = new Date(began);
  next.setUTCMonth(next.getUTCMonth() + 1);
  return { began, ends: next.getTime() - 1 };
}

/** `2026-11-21 10:02 UTC`. A text that is not a time comes back unchanged. */
export function minute(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
