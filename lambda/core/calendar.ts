/** The calendar month that AWS bills, in UTC: `2026-01`. Takes ms since 1970. */
export const monthOf = (time: number): string => new Date(time).toISOString().slice(0, 7);

/** When that month began, in ms since 1970. */
export const monthStart = (time: number): number => Date.parse(`${monthOf(time)}-01T00:00:00Z`);
