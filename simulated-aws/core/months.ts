/** Moments are ms since 1970; months are calendar months in UTC, as AWS bills. */
export const monthStart = (time: number, monthsLater = 0): number => {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsLater, 1);
};
