/** The calendar month that AWS bills, in UTC: `2026-01`. Takes ms since 1970. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/** The start of that month, in ms since 1970. */
export const monthStart = (time: number): number => Date.parse(`${monthOf(time)}-01T00:00:00Z`);

/** `2026-11-21 10:02 UTC`. A text that is not a time comes back unchanged. */
export function minute(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
