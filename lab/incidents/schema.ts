import * as v from 'valibot';
import {
  atLeastOne,
  fromZero,
  instanceType,
  lifecycle,
  moment,
  number,
  positive,
  protection,
  regions,
  text,
  userName,
  whole,
} from './fields.ts';
import { owner } from './owner-fields.ts';

const atMinute = fromZero;
/** What the intruder does at a minute after the compromise, if a credential works then. */
const step = v.variant(
  'do',
  [
    v.strictObject({
      do: v.literal('launch'),
      atMinute,
      regions,
      type: instanceType,
      /** In each of the regions. */
      count: atLeastOne,
      lifecycle: v.optional(lifecycle, 'on-demand'),
      protect: v.optional(protection, []),
    }),
    v.strictObject({
      do: v.literal('group'),
      atMinute,
      regions,
      name: text,
      type: instanceType,
      desired: whole,
      min: v.optional(whole, 0),
      max: v.pipe(whole, v.maxValue(999, 'must be at most 999')),
      protect: v.optional(protection, []),
    }),
    v.strictObject({
      do: v.literal('fargate'),
      atMinute,
      regions,
      /** Clusters in each of the regions, with one service each. */
      clusters: atLeastOne,
      tasksEach: atLeastOne,
      vcpu: positive,
      gb: positive,
    }),
    v.strictObject({
      do: v.literal('create-user'),
      atMinute,
      name: userName,
      keys: v.optional(v.picklist([1, 2], 'must be 1 or 2: a user can have two keys'), 1),
    }),
    v.strictObject({
      do: v.literal('session'),
      atMinute,
      hours: v.pipe(positive, v.maxValue(36, 'must be at most 36')),
    }),
    v.strictObject({
      do: v.literal('assume-role'),
      atMinute,
      role: text,
      hours: v.pipe(positive, v.maxValue(12, 'must be at most 12')),
    }),
  ],
  'must be launch, group, fargate, create-user, session or assume-role',
);

/** What the intruder does every so many minutes while a credential works. */
const reactions = v.strictObject({
  everyMinutes: positive,
  /** Replaces what does not run any more: machines, groups, services. */
  relaunch: v.optional(v.boolean('must be true or false'), false),
  /** Makes a user with a key whenever fewer credentials than this work. */
  keepCredentials: v.optional(whole, 0),
  /** Attaches policies to the made users up to the limit, so that no other can be attached. */
  fillPolicySlots: v.optional(v.boolean('must be true or false'), false),
  /** Sets protection again where somebody removed it. */
  protect: v.optional(protection, []),
});

const intruder = v.strictObject({
  /** `leaked-key`: an administrator's access key; `takeover`: the root user. */
  got: v.picklist(['leaked-key', 'takeover'], 'must be leaked-key or takeover'),
  /** Whose key leaked. */
  user: v.optional(userName, 'ci-deploy'),
  /** From the start of the story to the compromise. */
  atHour: fromZero,
  /** On-demand vCPUs that the account may run in a region; without it there is no quota. */
  vcpusPerRegion: v.optional(atLeastOne),
  steps: v.pipe(v.array(step), v.minLength(1, 'must hold at least one step')),
  reactions: v.optional(reactions),
});

/** An incident as a file tells it: who does what, when. Hours and minutes are of virtual time. */
export const incidentSchema = v.strictObject({
  name: v.pipe(
    v.string('must be a text'),
    v.regex(/^[a-z0-9-]+$/, 'must consist of small letters, digits and hyphens'),
  ),
  title: text,
  titleJa: v.optional(text),
  story: v.pipe(v.array(text), v.minLength(1, 'must hold at least one sentence')),
  storyJa: v.optional(text),
  source: text,
  assumptions: v.optional(v.array(text), []),
  startsAt: moment,
  lastsDays: v.pipe(positive, v.maxValue(400, 'must be at most 400')),
  /**
   * How Budgets sees the bill: `promptly`, at 0, 8 and 16 o'clock as it is at that moment, or `as-late-as-aws`, every 8
   * to 12 hours as it was 8 to 24 hours ago.
   */
  budgetsLooks: v.optional(
    v.picklist(['promptly', 'as-late-as-aws'], 'must be promptly or as-late-as-aws'),
    'promptly',
  ),
  /**
   * In a story without an intruder: for how long scheduled looks may be left out while nothing changes, in hours; 0 plays
   * each. See docs/adr/0023-month-in-one-process.md.
   */
  skipsQuietHours: v.optional(v.pipe(fromZero, v.maxValue(6, 'must be at most 6')), 0),
  /** The owner's limit, in US dollars a month. */
  budgetUsd: v.pipe(number, v.minValue(1, 'must be at least 1 (US dollars a month)')),
  currency: v.optional(
    v.strictObject({
      code: v.pipe(v.string('must be a text'), v.regex(/^[A-Z]{3}$/, 'must be a currency, e.g. JPY')),
      perUsd: positive,
    }),
  ),
  owner,
  intruder: v.optional(intruder),
});

export type Incident = v.InferOutput<typeof incidentSchema>;
export type Script = NonNullable<Incident['intruder']>;
export type Step = Script['steps'][number];
export type StepOf<D extends Step['do']> = Extract<Step, { do: D }>;
