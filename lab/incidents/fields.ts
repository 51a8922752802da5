import * as v from 'valibot';
import { DEFAULT_REGIONS, isKnownRegion } from '../../lambda/core/regions.ts';
import { usdPerHour } from '../../simulated-aws/core/prices.ts';

export const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'));
export const number = v.number('must be a number');
export const positive = v.pipe(number, v.gtValue(0, 'must be more than 0'));
export const fromZero = v.pipe(number, v.minValue(0, 'must not be negative'));
export const whole = v.pipe(
  number,
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
);
export const atLeastOne = v.pipe(
  number,
  v.integer('must be a whole number'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(100_000, 'must be at most 100000'),
);
export const hourOfDay = v.pipe(fromZero, v.maxValue(24, 'must be an hour of the day, 0 to 24'));

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?Z)?$/;
export const moment = v.pipe(
  v.string('must be a date in quotes, e.g. "2025-06-10T06:00:00Z"'),
  v.check(isRealMoment, 'is not a date that exists: expected e.g. 2025-06-10 or 2025-06-10T06:00:00Z'),
  v.transform((value) => Date.parse(value)),
);
/** From one moment to another, the second after the first. */
export const period = v.pipe(
  v.strictObject({ from: moment, until: moment }),
  v.check(({ from, until }) => until > from, 'must end after it begins'),
);
/** In the order of JavaScript's getUTCDay. */
export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;
export const weekday = v.picklist(WEEKDAYS, 'must be a day of the week, e.g. saturday');

export const region = v.pipe(
  v.string('must be a text'),
  v.check(isKnownRegion, 'is not a region: expected e.g. us-east-1'),
);
/** A list of regions, or `all` for the 17 that every account has. */
export const regions = v.union(
  [
    v.pipe(
      v.literal('all'),
      v.transform((): readonly string[] => DEFAULT_REGIONS),
    ),
    v.pipe(v.array(region), v.minLength(1, 'must name at least one region')),
  ],
  ({ input }) =>
    Array.isArray(input)
      ? `names something that is not a region: ${input.filter((name) => !isKnownRegion(String(name))).join(', ') || 'it is empty'}`
      : 'must be "all" or a list of regions',
);
export const instanceType = v.pipe(
  v.string('must be a text'),
  v.check(
    hasPrice,
    'is not an instance type that simulated-aws/core/prices.ts knows: expected e.g. c5.4xlarge',
  ),
);
export const userName = v.pipe(
  v.string('must be a text'),
  v.regex(/^[\w+=,.@-]{1,64}$/, 'is not a user name'),
);
export const protection = v.array(
  v.picklist(['termination', 'stop'], 'must be termination or stop'),
  'must be a list: termination, stop',
);
export const lifecycle = v.picklist(
  ['on-demand', 'spot', 'persistent-spot'],
  'must be on-demand, spot or persistent-spot',
);

function isRealMoment(value: string): boolean {
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0'] = ISO.exec(value) ?? [];
  if (year === undefined) return false;
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), h, m, s));
  return date.toISOString().startsWith(`${year}-${month}-${day}`) && h < 24 && m < 60 && s < 60;
}

function hasPrice(type: string): boolean {
  try {
    return usdPerHour(type, 'us-east-1', 'on-demand') > 0;
  } catch {
    return false;
  }
}
