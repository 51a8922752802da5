import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { settingsSchema } from '../../lambda/core/settings.ts';
import { inPackage } from '../package.ts';

export const CONFIG_SCHEMA_FILE = inPackage('killswitch.config.schema.json');

/**
 * What an editor shows beside each setting, by dotted path (`[]` for the items of a list). Not in the validation schema
 * itself, which the function loads before its first stop.
 */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  $schema: 'This schema, for editors.',
  email: 'The address that gets the alarm and the report.',
  monthlyBudgetUsd: 'US dollars of usage a month at which everything is stopped.',
  awsBudgets:
    'false: deploy no AWS budgets, where the account or the region may not have them. Then only the estimate of what EC2 costs raises an alarm.',
  region: 'Where the stack lives. IAM and billing live in us-east-1.',
  mode: 'stop: instances can be started again. terminate: they are gone. dry-run: only report.',
  unstoppable: 'Instances with an instance-store root cannot be stopped: report them, or terminate them.',
  homeRegions: "The regions you work in, by default the stack's: what runs elsewhere is suspect.",
  terminateElsewhere: 'Terminate, not stop, in every region that is not a home region.',
  allow: 'What is never touched.',
  'allow.accessKeys': 'Access key ids that stay active.',
  'allow.users':
    'User names or user ARNs whose keys stay active, but for keys made less than a day before an incident: prefer the ids of keys.',
  'allow.instances': 'Instance ids that keep running.',
  'allow.roles':
    'Your own roles, also the role of your SSO sign-in, by name or ARN, and root by its ARN: what they launch raises no alert. No kind touches roles yet.',
  'allow.resources':
    'Anything else that is left alone: its ARN, or kind/region/id with the kind as docs/kinds.md names it.',
  'allow.none': 'Set to true to have every key in the account disabled, yours included.',
  quarantine:
    'keys: disable access keys. users: also deny their users everything, since session tokens live on.',
  acceptDenied: 'Regions that your organization closes to everybody: not a gap in the report.',
  notify: 'Whom to tell beside the e-mail address.',
  'notify.webhooks': 'Endpoints that get the report.',
  'notify.webhooks[].url': 'An https:// URL.',
  'notify.webhooks[].format': 'The body that the endpoint expects.',
  'notify.webhooks[].routingKey': "The integration key of PagerDuty's Events API v2.",
  tripwire: 'Looks at what runs every few minutes, and fires long before Budgets sees the bill.',
  'tripwire.enabled': 'false: only the budget alarm and you can fire it.',
  'tripwire.everyMinutes':
    'Minutes between two looks; one while a signal or an incident is open. Each look is about 20 calls, so 5 minutes are 170,000 CloudTrail events a month: free on the first trail, $3.40 on a second.',
  'tripwire.exhaustWithinHours':
    'Fires at once when what runs would use up the budget within this time, and it is new or outside the home regions.',
  'tripwire.warnWithinHours': 'Warns once when what runs would use up the budget within this time.',
  allowance: 'The most that `killswitch allow` can add.',
  'allowance.maxUsd': 'US dollars a month, all allowances together; half the budget by default.',
  'allowance.maxHours': 'Hours that one allowance lasts.',
  guard: 'What notices that the kill switch itself is being taken apart.',
  'guard.heartbeatUrl':
    'An https:// URL outside AWS that is called on each good look: its silence is an alarm.',
  'guard.denyAtLimit':
    'Users whom AWS Budgets itself denies everything at the limit, without Lambda. Never name yourself.',
  'guard.forwardFrom':
    'Regions whose GuardDuty findings are forwarded to the stack, by a small stack in each.',
  armAfterHours: 'Hours after the deployment in which it only looks and reports.',
  armAt: 'The moment from which it acts, made from armAfterHours when it is deployed.',
  terminationProtection: 'Protect the stack from being deleted by mistake.',
  logRetentionDays: "Days that the function's log is kept.",
};

/** Visual Studio Code's own keywords: a .json file with comments is no error to it then. */
const FOR_EDITORS = { allowComments: true, allowTrailingCommas: true };

/** The JSON schema of `killswitch.config.json`, derived from the schema that validates it. */
export function configSchema(): JsonSchema & typeof FOR_EDITORS {
  const { $schema = '', ...settings } = toJsonSchema(settingsSchema, {
    target: 'draft-07',
    // As the file is written: what has a default may be left out.
    typeMode: 'input',
    // What only code can decide is checked at synth.
    ignoreActions: ['check'],
  });
  const unused = new Set(Object.keys(DESCRIPTIONS));
  const schema = {
    $schema,
    title: 'Killswitch settings',
    ...FOR_EDITORS,
    ...described(settings, '', unused),
  };
  if (unused.size > 0) throw new Error(`DESCRIPTIONS names what is no setting: ${[...unused].join(', ')}`);
  return schema;
}

/** @param unused loses the paths of the descriptions that are used. @throws Error for a setting without one. */
function described(schema: JsonSchema, path: string, unused: Set<string>): JsonSchema {
  const { properties, items, required } = schema;
  const inner = (part: unknown, at: string) => described(part as JsonSchema, at, unused);
  const fields = Object.entries(properties ?? {}).map(([name, field]) => [
    name,
    inner(field, path ? `${path}.${name}` : name),
  ]);
  return {
    ...(path === '' || path.endsWith('[]') ? {} : { description: describe(path, unused) }),
    ...schema,
    ...(items ? { items: inner(items, `${path}[]`) } : {}),
    ...(properties ? { properties: Object.fromEntries(fields) } : {}),
    ...(required?.length === 0 ? { required: undefined } : {}),
  };
}

function describe(path: string, unused: Set<string>): string {
  const text = DESCRIPTIONS[path];
  if (!text) throw new Error(`the setting ${path} has no description for editors: add one to DESCRIPTIONS`);
  unused.delete(path);
  return text;
}
