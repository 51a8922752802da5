import type * as v from 'valibot';
import { settingsSchema } from '../../lambda/core/settings.ts';
import { entriesOf, itemOf, unwrapped } from '../../lib/setting-shape.ts';
import { inPackage } from '../package.ts';

type JsonSchema = { [keyword: string]: unknown };

export const CONFIG_SCHEMA_FILE = inPackage('killswitch.config.schema.json');

/** What an editor shows beside each setting, by dotted path (`[]` for the items of a list). */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  $schema: 'This schema, for editors.',
  email: 'The address that gets the alarm and the report.',
  monthlyBudgetUsd: 'US dollars of usage a month at which everything is stopped.',
  region: 'Where the stack lives. IAM and billing live in us-east-1.',
  mode: 'stop: instances can be started again. terminate: they are gone. dry-run: only report.',
  unstoppable: 'Instances with an instance-store root cannot be stopped: report them, or terminate them.',
  homeRegions: "The regions you work in, by default the stack's: what runs elsewhere is suspect.",
  terminateElsewhere: 'Terminate, not stop, in every region that is not a home region.',
  allow: 'What is never touched.',
  'allow.accessKeys': 'Access key ids that stay active.',
  'allow.users': 'User names or user ARNs whose keys stay active.',
  'allow.instances': 'Instance ids that keep running.',
  'allow.roles': 'Role names or role ARNs that are left alone. No kind touches roles yet.',
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

/** The JSON schema of `killswitch.config.json`, derived from the schema that validates it. */
export function configSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Killswitch settings',
    ...toJsonSchema(settingsSchema, ''),
  };
}

function toJsonSchema(schema: v.GenericSchema, path: string): JsonSchema {
  const bare = unwrapped(schema);
  const described = path === '' || path.endsWith('[]') ? {} : { description: describe(path) };
  return { ...described, ...typeOf(bare, path), ...constraintsOf(bare), ...defaultOf(schema) };
}

function describe(path: string): string {
  const text = DESCRIPTIONS[path];
  if (!text) throw new Error(`the setting ${path} has no description for editors: add one to DESCRIPTIONS`);
  return text;
}

function typeOf(schema: v.GenericSchema, path: string): JsonSchema {
  const item = itemOf(schema);
  if (item) return { type: 'array', items: toJsonSchema(item, `${path}[]`) };
  if (schema.type === 'strict_object') return objectType(schema, path);
  if ('options' in schema) return { enum: schema.options };
  if (['string', 'number', 'boolean'].includes(schema.type)) return { type: schema.type };
  throw new Error(`the setting ${path} has a type that this derivation does not know: ${schema.type}`);
}

function objectType(schema: v.GenericSchema, path: string): JsonSchema {
  const fields = Object.entries(entriesOf(schema));
  const required = fields.filter(([, field]) => field.type !== 'optional').map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(([name, field]) => [name, toJsonSchema(field, path ? `${path}.${name}` : name)]),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

interface PipeAction {
  readonly type: string;
  readonly requirement?: unknown;
}

/** Only what JSON schema can say; the rest is checked at synth. */
function constraintsOf(schema: v.GenericSchema): JsonSchema {
  const actions = 'pipe' in schema ? (schema.pipe as readonly PipeAction[]) : [];
  const constraints: JsonSchema = {};
  for (const { type, requirement } of actions) {
    if (type === 'min_value') constraints['minimum'] = requirement;
    if (type === 'max_value') constraints['maximum'] = requirement;
    if (type === 'email') constraints['format'] = 'email';
    if (type === 'regex' && requirement instanceof RegExp) constraints['pattern'] = requirement.source;
  }
  return constraints;
}

function defaultOf(schema: v.GenericSchema): JsonSchema {
  const value = 'default' in schema ? schema.default : undefined;
  return value === undefined ? {} : { default: value };
}
