import * as v from 'valibot';
import { GLOBAL_REGION } from './regions.ts';
import {
  accessKeyId,
  allowance,
  armAfterHours,
  armAt,
  flag,
  guard,
  instanceId,
  mode,
  quarantine,
  region,
  regions,
  resourceRef,
  roleRef,
  tripwire,
  unstoppable,
  userRef,
  webhook,
} from './setting-fields.ts';

/**
 * Every setting of the stack and of the function, in one schema: code that uses a renamed field does not
 * compile. They are fixed at deploy time; an intruder cannot change them by writing to the account.
 */
export const settingsSchema = v.strictObject({
  $schema: v.optional(v.string()),
  email: v.pipe(
    v.string('is required: the address that gets the alarm'),
    v.email('is not an e-mail address'),
  ),
  monthlyBudgetUsd: v.pipe(
    v.number('is required: a number of US dollars, e.g. 50'),
    v.minValue(1, 'must be at least 1 (US dollars a month)'),
    v.maxValue(10_000_000, 'must be at most 10000000 (US dollars a month)'),
  ),
  awsBudgets: v.optional(flag, true),
  region: v.optional(region, GLOBAL_REGION),
  mode: v.optional(mode, 'stop'),
  unstoppable: v.optional(unstoppable, 'report'),
  homeRegions: v.optional(regions, []),
  terminateElsewhere: v.optional(flag, false),
  allow: v.optional(
    v.strictObject({
      accessKeys: v.optional(v.array(accessKeyId, 'must be a list of access key ids'), []),
      users: v.optional(v.array(userRef, 'must be a list of user names or ARNs'), []),
      instances: v.optional(v.array(instanceId, 'must be a list of instance ids'), []),
      roles: v.optional(v.array(roleRef, 'must be a list of role names or ARNs'), []),
      resources: v.optional(v.array(resourceRef, 'must be a list of ARNs or kind/region/id'), []),
      none: v.optional(flag, false),
    }),
    {},
  ),
  quarantine: v.optional(quarantine, 'users'),
  acceptDenied: v.optional(regions, []),
  notify: v.optional(
    v.strictObject({ webhooks: v.optional(v.array(webhook, 'must be a list of webhooks'), []) }),
    {},
  ),
  tripwire: v.optional(tripwire, {}),
  allowance: v.optional(allowance, {}),
  guard: v.optional(guard, {}),
  armAfterHours: v.optional(armAfterHours, 0),
  armAt: v.optional(armAt),
  terminationProtection: v.optional(flag, true),
  logRetentionDays: v.optional(
    v.picklist([7, 14, 30, 90, 180, 365], 'must be 7, 14, 30, 90, 180 or 365'),
    90,
  ),
});

export type SettingsInput = v.InferInput<typeof settingsSchema>;
/** Settings that `parseSettings` has read: nothing else makes them, so that nobody parses them again. */
export type Settings = v.InferOutput<typeof settingsSchema> & v.Brand<'Settings'>;
/** What a setting is where nobody gives it. */
export const DEFAULTS = v.getDefaults(settingsSchema);

export type Webhook = Settings['notify']['webhooks'][number];

/** Bad input from a person: it names the field, the value and the fix. The CLI exits with 2; synth stops. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * Validates settings and applies defaults.
 * @throws InputError listing every problem at once.
 */
export function parseSettings(input: unknown, source: string): Settings {
  const result = v.safeParse(settingsSchema, input);
  const issues = result.issues ?? [];
  const wrong = new Set(issues.map(({ path }) => path?.[0]?.key));
  // A check of several fields runs only where all of them are valid.
  const checks = CROSS_CHECKS.filter(
    ({ fields }) => !wrong.has(undefined) && !fields.some((field) => wrong.has(field)),
  );
  const problems = [
    ...issues.map(problemOf),
    ...checks.flatMap((check) => check.problems(result.output as Settings)),
  ];
  if (problems.length > 0) throw new InputError(problems.map((text) => `${source}: ${text}`));
  return result.output as Settings;
}

/**
 * Settings that `parseSettings` had read when the function's asset was made, of which they are a part: what is checked
 * across fields is not checked again. @throws ValiError for anything else.
 */
export const settingsOfAsset = (written: unknown): Settings => v.parse(settingsSchema, written) as Settings;

/** What is wrong with a setting, and what to do. */
export function problemOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? '(the whole file)';
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `${path} is not a setting: remove it, or check its spelling`;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return `${path} ${missing(path)}`;
  const given = issue.input === undefined ? '' : ` (it is ${JSON.stringify(issue.input)})`;
  return `${path} ${issue.message}${given}`;
}

/** The message of a missing field, from the field's own schema. */
function missing(path: string): string {
  const entry = (settingsSchema.entries as Record<string, v.GenericSchema>)[path];
  return (entry && v.safeParse(entry, undefined).issues?.[0]?.message) ?? 'is required';
}

/** What looks at the spend where the settings deploy no AWS budget. */
const WITHOUT_BUDGETS = 'awsBudgets is false, so that no AWS budget is deployed';

const CROSS_CHECKS: readonly {
  readonly fields: readonly (keyof Settings)[];
  readonly problems: (settings: Settings) => readonly string[];
}[] = [
  {
    fields: ['allow', 'mode'],
    problems: ({ allow: { accessKeys, users, none }, mode }) =>
      accessKeys.length + users.length > 0 || none || mode === 'dry-run'
        ? []
        : [
            'allow names no access key and no user, so every key in the account would be disabled, ' +
              'yours included: list yours in allow.accessKeys, or set allow.none to true if you want that',
          ],
  },
  {
    fields: ['allow'],
    problems: ({ allow: { accessKeys, users, none } }) =>
      none && accessKeys.length + users.length > 0
        ? ['allow.none is true but allow.accessKeys or allow.users is not empty: keep one of the two']
        : [],
  },
  {
    fields: ['awsBudgets', 'tripwire'],
    problems: ({ awsBudgets, tripwire: { enabled } }) =>
      awsBudgets || enabled
        ? []
        : [
            `${WITHOUT_BUDGETS}, and tripwire.enabled is false: nothing would ever fire. Set one of the two to true`,
          ],
  },
  {
    fields: ['awsBudgets', 'guard'],
    problems: ({ awsBudgets, guard: { denyAtLimit } }) =>
      awsBudgets || denyAtLimit.length === 0
        ? []
        : [`${WITHOUT_BUDGETS}: guard.denyAtLimit, which is an act of AWS Budgets, must be empty`],
  },
  {
    fields: ['terminateElsewhere', 'homeRegions'],
    problems: ({ terminateElsewhere, homeRegions }) =>
      terminateElsewhere && homeRegions.length === 0
        ? ['terminateElsewhere needs homeRegions: without them every region would be elsewhere']
        : [],
  },
  {
    fields: ['notify'],
    problems: ({ notify }) =>
      notify.webhooks.flatMap(({ format, routingKey }, i) =>
        format === 'pagerduty' && !routingKey
          ? [`notify.webhooks.${i}.routingKey is required for format pagerduty`]
          : [],
      ),
  },
];
