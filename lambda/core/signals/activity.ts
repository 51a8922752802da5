import * as v from 'valibot';
import { idOf, plain } from '../plain-text.ts';
import type { Activity } from '../signal.ts';
import { ACTS, isGlobal } from './acts.ts';
import {
  type EventEnvelope,
  type IgnoredEvent,
  moment,
  optionalText,
  read,
  region,
  type SignalContext,
  text,
} from './event.ts';

const identity = v.object({
  type: optionalText,
  arn: optionalText,
  principalId: optionalText,
  accessKeyId: optionalText,
  invokedBy: optionalText,
  sessionContext: v.nullish(v.object({ sessionIssuer: v.nullish(v.object({ arn: optionalText })) })),
});
type Identity = v.InferOutput<typeof identity>;

const record = v.object({
  eventTime: moment,
  eventSource: text,
  eventName: text,
  awsRegion: region,
  userIdentity: identity,
  sourceIPAddress: optionalText,
  errorCode: optionalText,
  requestParameters: v.nullish(v.record(v.string(), v.unknown(), 'must be an object')),
  eventID: optionalText,
  recipientAccountId: optionalText,
});

/** `invokedBy` of calls from the console, in public records; every other value is a service. */
const CONSOLE = 'signin.amazonaws.com';
/**
 * EC2's answer to a call with DryRun whose caller may launch (EC2 API, RunInstances). Assumption: CloudTrail
 * puts `Client.` before it.
 */
const DRY_RUN = /^(Client\.)?DryRunOperation$/;

/** A CloudTrail record as EventBridge delivers it. @throws InputError when fields are missing. */
export const parseActivity = (event: EventEnvelope, context: SignalContext): Activity | IgnoredEvent =>
  parseRecord(event.detail, context, event.id);

/**
 * A CloudTrail record, from an event or from LookupEvents: both carry the same `eventID`. A call that a
 * service makes in a role counts as the service's. A call that it makes for a user (CloudFormation, too)
 * counts as the user's: a stolen key can launch through any service. Source: CloudTrail User Guide,
 * "CloudTrail userIdentity element".
 * @param id for a record without an id of its own
 * @throws InputError when fields are missing.
 */
export function parseRecord(input: unknown, context: SignalContext, id: string): Activity | IgnoredEvent {
  const found = read(record, input, 'detail.');
  const { userIdentity, recipientAccountId, eventName, errorCode } = found;
  if (recipientAccountId && recipientAccountId !== context.account)
    return { ignored: 'it was recorded for another account' };
  const act = ACTS.find((each) => each.eventName === eventName && each.eventSource === found.eventSource);
  if (!act) return { ignored: `${plain(eventName, 64)} is not a call that intruders begin with` };
  const isTrial = eventName === 'RunInstances' && DRY_RUN.test(errorCode ?? '');
  if (errorCode && !isTrial) return { ignored: `the call failed (${plain(errorCode, 64)})` };
  const principal = principalOf(userIdentity);
  if (isAllowed(principal, userIdentity, context)) return { ignored: 'the caller is on the allowlist' };
  const { invokedBy, type } = userIdentity;
  if (type === 'AWSService' || (invokedBy && invokedBy !== CONSOLE && !isPerson(principal)))
    return { ignored: `the caller is an AWS service, ${plain(invokedBy || principal, 64)}` };
  const says = act.says(found.requestParameters ?? {});
  if (says === undefined) return { ignored: `this ${plain(eventName, 64)} is harmless` };
  const did = isTrial ? 'tested with a dry run whether it could have' : 'has';
  const place = isGlobal(act) ? '' : ` in ${found.awsRegion}`;
  const from = found.sourceIPAddress ? `, from ${plain(found.sourceIPAddress, 64)}` : '';
  return {
    kind: 'activity',
    id: idOf(found.eventID || id),
    at: found.eventTime,
    region: isGlobal(act) ? 'global' : found.awsRegion,
    text: `${nameOf(principal)} is not on the allowlist and ${did} ${says}${place}${from}.`,
    eventName: act.eventName,
    principal: plain(principal, 256),
  };
}

/** The maximum length of an ARN. Source: IAM API, arnType. */
const LONGEST_ARN = 2048;
/** For a session, the role or the user that it was made from. */
const principalOf = ({ sessionContext, arn, principalId, type }: Identity): string =>
  (sessionContext?.sessionIssuer?.arn || arn || principalId || type || 'unknown').slice(0, LONGEST_ARN);

const USER = /^arn:aws:iam::(\d{12}):user\/(?:.*\/)?([^/]+)$/;
const isPerson = (principal: string) => USER.test(principal) || /^arn:aws:iam::\d{12}:root$/.test(principal);

/**
 * Whether the owner has named the caller: its key, its user, its role (also the role of an SSO sign-in), or root, by its
 * ARN. IAM does not tell upper and lower case apart in names (IAM User Guide, "IAM name requirements").
 */
function isAllowed(principal: string, { accessKeyId }: Identity, { account, allow }: SignalContext): boolean {
  if (accessKeyId && allow.accessKeys.has(accessKeyId)) return true;
  const own = whoIs(principal);
  if (own?.account !== account) return false;
  const means = (entry: string) => {
    const named = entry.startsWith('arn:') ? whoIs(entry) : { ...own, name: entry.toLowerCase() };
    return named?.account === account && named.what === own.what && named.name === own.name;
  };
  if (own.what === 'user') return [...allow.users].some(means);
  // A name alone is a role's, never root.
  return [...allow.roles].some((entry) => (own.what === 'role' || entry.startsWith('arn:')) && means(entry));
}

const WHO =
  /^arn:aws:(?:iam|sts)::(\d{12}):(?:(user|role)\/(?:.*\/)?([^/]+)|assumed-role\/([^/]+)\/.+|root)$/;

/** What an ARN of IAM or STS speaks of; of a role's session, the role. */
function whoIs(arn: string) {
  const [, account, what, name, role] = WHO.exec(arn) ?? [];
  if (account === undefined) return undefined;
  if (role !== undefined) return { account, what: 'role', name: role.toLowerCase() };
  return { account, what: what ?? 'root', name: name?.toLowerCase() };
}

function nameOf(principal: string): string {
  if (principal.endsWith(':root')) return 'The root user';
  const [, what, name = ''] = /:(user|role)\/(?:.*\/)?([^/]+)$/.exec(principal) ?? [];
  return what ? `The ${what} ${plain(name, 64)}` : plain(principal, 128);
}
