import { ServiceError } from '../../core/service.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Milliseconds between two runs of a rate expression: `rate(5 minutes)`. Scheduler takes singular and plural alike.
 * Source: Scheduler user guide, "Schedule types on EventBridge Scheduler".
 * @throws ServiceError ValidationException; Error for cron and at expressions, which are not simulated.
 */
export function rateMs(expression: string): number {
  if (/^(cron|at)\(/.test(expression)) throw new Error(`the schedule ${expression} is not simulated`);
  const [, value, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(value) * (UNIT_MS[unit] ?? Number.NaN);
  if (milliseconds > 0) return milliseconds;
  throw new ServiceError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}
