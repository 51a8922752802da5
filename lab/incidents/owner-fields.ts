import * as v from 'valibot';
import {
  atLeastOne,
  fromZero,
  hourOfDay,
  instanceType,
  moment,
  period,
  positive,
  region,
  text,
  userName,
  weekday,
} from './fields.ts';

/**
 * What the owner runs: always, during some hours of each day (UTC), or once, from an hour or a date of the story to
 * another.
 */
const machines = v.strictObject({
  name: text,
  region,
  type: instanceType,
  count: atLeastOne,
  fromHour: v.optional(fromZero),
  untilHour: v.optional(fromZero),
  /** The same as dates, which a story of many months tells better. */
  from: v.optional(moment),
  until: v.optional(moment),
  /** From one hour to another; where the second is not later, it is one of the next day. */
  daily: v.optional(v.strictTuple([hourOfDay, hourOfDay], 'must be two hours of the day, e.g. [8, 20]')),
  /** Only on these days of the week. */
  weekdays: v.optional(v.pipe(v.array(weekday), v.minLength(1, 'must name at least one day'))),
  /** When it stays off all the same: holidays. */
  off: v.optional(v.array(period, 'must be a list of periods'), []),
  /**
   * What AWS bills for each, in US dollars an hour, where a reservation, a Savings Plan or the free tier covers it; the
   * list price by default.
   */
  billedUsdPerHour: v.optional(fromZero),
});

/** Work that is announced before it begins, as `killswitch allow` stores it. It begins at an hour of the story or a date. */
const allowance = v.strictObject({
  atHour: v.optional(fromZero),
  at: v.optional(moment),
  hours: positive,
  usd: positive,
  region,
  reason: text,
});

/** A person's work with the console; the figures are assumptions, which the file explains. */
const cleanUp = v.strictObject({
  startsWith: v.picklist(['instances', 'credentials'], 'must be instances or credentials'),
  minutesPerRegion: positive,
  minutesForCredentials: positive,
});

export const owner = v.strictObject({
  /** The owner's users; the owner works as the first. */
  users: v.pipe(v.array(userName), v.minLength(1, 'must name at least one user')),
  machines: v.optional(v.array(machines), []),
  /** In the story an alarm was set, and its e-mails lay unread. */
  hadAlarm: v.optional(v.boolean('must be true or false'), false),
  allowances: v.optional(v.array(allowance), []),
  /** From a stop of the owner's machines, with nobody breaking in, to `killswitch restore`; missing: never. */
  restoresAfterHours: v.optional(fromZero),
  /** From the first e-mail to the moment at which somebody acts on it. */
  readsMailAfterHours: fromZero,
  /** When the owner finds out without any e-mail, in hours after the compromise; missing: not within the story. */
  discoversAfterHours: v.optional(fromZero),
  cleanUp: v.optional(cleanUp, { startsWith: 'instances', minutesPerRegion: 10, minutesForCredentials: 10 }),
});

export type OwnersMachines = v.InferOutput<typeof machines>;
