import * as v from 'valibot';
import { idOf, listed } from '../plain-text.ts';
import { InputError } from '../settings.ts';
import type { ExposedKey } from '../signal.ts';
import {
  accountId,
  type EventEnvelope,
  type IgnoredEvent,
  optionalText,
  read,
  type SignalContext,
  text,
} from './event.ts';

/**
 * Event types of AWS's risk team, and the text for people. AWS publishes no list. Source of
 * CREDENTIALS_EXPOSED: AWS's own aws-health-tools. Assumption for the others: public code that acts on such
 * events names them, and so do people who report that they got one.
 */
const CODES = new Map<string, (whose: string) => string>([
  ['AWS_RISK_CREDENTIALS_EXPOSED', (whose) => `AWS has found ${whose} in a public place`],
  [
    'AWS_RISK_CREDENTIALS_EXPOSURE_SUSPECTED',
    (whose) => `AWS suspects that ${whose} can be read by the public`,
  ],
  ['AWS_RISK_CREDENTIALS_COMPROMISED', (whose) => `AWS reports that somebody else has ${whose}`],
  ['AWS_RISK_CREDENTIALS_COMPROMISE_SUSPECTED', (whose) => `AWS suspects that somebody else has ${whose}`],
  [
    'AWS_RISK_ACCOUNT_CONSOLE_COMPROMISE',
    () => 'AWS suspects that somebody else has signed in to this account',
  ],
  [
    'AWS_RISK_IAM_QUARANTINE',
    (whose) => `AWS has restricted what can be done with ${whose}, as it may be stolen`,
  ],
]);

/**
 * Events without a region arrive in us-east-1, and a copy of each in us-west-2.
 * Source: AWS Health User Guide, "Creating EventBridge rules for AWS Region coverage".
 */
export const HEALTH_REGIONS: readonly string[] = ['us-east-1', 'us-west-2'];

const count = v.nullish(
  v.custom<string | number>((value) => /^(string|number)$/.test(typeof value), 'must be a number of pages'),
);
/** AWS's older sample (aws-health-tools) has no communicationId, statusCode, affectedAccount or pages. */
const schema = v.object({
  eventTypeCode: text,
  communicationId: optionalText,
  statusCode: optionalText,
  affectedAccount: v.nullish(accountId),
  eventDescription: v.nullish(
    v.array(v.object({ latestDescription: optionalText }), 'must be a list of texts'),
  ),
  eventMetadata: v.nullish(v.record(v.string(), v.unknown(), 'must be an object')),
  affectedEntities: v.nullish(v.array(v.object({ entityValue: text }), 'must be a list of entities')),
  page: count,
  totalPages: count,
});
type Detail = v.InferOutput<typeof schema>;

/**
 * A Health event about credentials. Each page of an event is a separate signal, with the keys that it names.
 * The copy in the backup region has the same communicationId. Source: AWS Health User Guide, "Reference: AWS
 * Health events Amazon EventBridge schema".
 * @throws InputError when fields are missing, or from a region where such events never arrive.
 */
export function parseHealth(event: EventEnvelope, { account }: SignalContext): ExposedKey | IgnoredEvent {
  const detail = read(schema, event.detail, 'detail.');
  const tell = CODES.get(detail.eventTypeCode);
  if (!tell) return { ignored: 'this AWS Health event is not about credentials' };
  if (!HEALTH_REGIONS.includes(event.region))
    throw new InputError([
      `event: region: AWS sends events about credentials to ${HEALTH_REGIONS.join(' and ')}, ` +
        `never to ${event.region}: remove the rule that sends this one`,
    ]);
  if (detail.affectedAccount && detail.affectedAccount !== account)
    return {
      ignored: `it is about account ${detail.affectedAccount} of the organization, not about this one`,
    };
  if (detail.statusCode === 'closed') return { ignored: 'AWS has closed this event' };
  const { accessKeyIds, users } = namedIn(detail, account);
  const pages =
    Number(detail.totalPages) > 1 ? ` (page ${Number(detail.page)} of ${Number(detail.totalPages)})` : '';
  return {
    kind: 'exposed-key',
    id: idOf(detail.communicationId || event.id),
    at: event.time,
    region: 'global',
    text: `${tell(whose(accessKeyIds, users))}${pages}.`,
    accessKeyIds,
    users,
  };
}

function whose(keys: readonly string[], users: readonly string[]): string {
  const owner = users.length > 0 ? ` of ${users.length > 1 ? 'the users' : 'the user'} ${listed(users)}` : '';
  if (keys.length > 1) return `the access keys ${listed(keys)}${owner}`;
  return keys.length > 0
    ? `the access key ${keys[0]}${owner}`
    : `an access key${owner || ' of this account'}`;
}

const KEY = /(?<![A-Z0-9])AKIA[A-Z0-9]{16}(?![A-Z0-9])/g;
const USER_ARN = /arn:aws:iam::(\d{12}):user\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]{1,64})/g;
const USER_NAME = /^(?!\d{12}$)(?!A[KS]IA[A-Z0-9]{16}$)[\w+=,.@-]{1,64}$/;
/** The address where AWS found a key may be an intruder's choice: we read no key from it. */
const ADDRESS = /\b[a-z][a-z0-9+.-]{0,20}:\/\/\S+/gi;
const MOST_PROSE = 20_000;

/**
 * Keys and users that the event names. AWS documents that entityValue is the key (aws-health-tools reads it
 * so). Assumption: otherwise it is the user's name or ARN; metadata with "user" in its name holds a user
 * name.
 */
function namedIn({ affectedEntities, eventDescription, eventMetadata }: Detail, account: string) {
  const values = (affectedEntities ?? []).map(({ entityValue }) => entityValue);
  const metadata = Object.entries(eventMetadata ?? {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const prose = [
    ...(eventDescription ?? []).map(({ latestDescription }) => latestDescription ?? ''),
    ...metadata.map(([, value]) => value),
  ]
    .join('\n')
    .slice(0, MOST_PROSE)
    .replace(ADDRESS, ' ');
  const everything = [...values, prose].join('\n');
  const byArn = [...everything.matchAll(USER_ARN)]
    .filter(([, owner]) => owner === account)
    .map(([, , name = '']) => name);
  const byName = [
    ...values,
    ...metadata.filter(([name]) => /user/i.test(name)).map(([, value]) => value),
  ].filter((value) => USER_NAME.test(value));
  return {
    accessKeyIds: [...new Set(Array.from(everything.matchAll(KEY), ([key]) => key))],
    users: [...new Set([...byArn, ...byName])],
  };
}
