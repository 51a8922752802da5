import * as v from 'valibot';
import { isKnownRegion } from './regions.ts';

const ACCESS_KEY_ID = /^AKIA[A-Z0-9]{16}$/;
const LOOKS_LIKE_KEY = /^A[KS]IA[A-Z0-9]{16}$/;
const INSTANCE_ID = /^i-[0-9a-f]{8}([0-9a-f]{9})?$/;
const USER_NAME = /^[\w+=,.@-]{1,64}$/;
/**
 * A path holds any printable ASCII character, and a name only some. Source: IAM API reference, CreateUser and CreateRole:
 * Path `(\u002F)|(\u002F[\u0021-\u007E]+\u002F)`, UserName and RoleName `[\w+=,.@-]+`.
 */
const USER_ARN = /^arn:aws:iam::\d{12}:user\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}$/;

export const accessKeyId = v.pipe(
  v.string('must be a text'),
  v.regex(ACCESS_KEY_ID, ({ input }) =>
    input.startsWith('ASIA')
      ? 'is a temporary key, which changes: give the AKIA key or the user that it is made with'
      : 'is not an access key id: expected AKIA followed by 16 capital letters and digits',
  ),
);
export const instanceId = v.pipe(
  v.string('must be a text'),
  v.regex(INSTANCE_ID, 'is not an instance id: expected i- followed by 8 or 17 hexadecimal digits'),
);
export const userRef = v.pipe(
  v.string('must be a text'),
  v.check(
    (value) => (value.startsWith('arn:') ? USER_ARN : USER_NAME).test(value),
    'is neither a user name nor a user ARN: expected alice or arn:aws:iam::123456789012:user/alice',
  ),
  // As a user's name it would protect nothing.
  v.check((value) => !LOOKS_LIKE_KEY.test(value), 'is an access key id: list it among the access keys'),
);
/** An ARN, or `kind/region/id` as the report names things. */
const RESOURCE = /^(?:arn:aws:[\w-]+:[\w-]*:\d*:[\s\S]+|[a-z0-9-]+\/[a-z0-9-]+\/[\s\S]+)$/;
export const resourceRef = v.pipe(
  v.string('must be a text'),
  v.regex(
    RESOURCE,
    'is neither an ARN nor kind/region/id: expected arn:aws:…, or the kind, region and id from the report',
  ),
);
/** Root has no name of its own, and a role may be called root: so only its ARN means it. */
const ROLE = /^(?:arn:aws:iam::\d{12}:(?:role\/(?:[!-~]+\/)?[\w+=,.@-]{1,64}|root)|[\w+=,.@-]{1,64})$/;
export const roleRef = v.pipe(
  v.string('must be a text'),
  v.regex(ROLE, ({ input }) =>
    input.includes(':assumed-role/')
      ? 'is a session, which changes: give the name of its role, the part between the slashes'
      : 'is neither a role nor root: expected deploy, arn:aws:iam::123456789012:role/deploy or arn:aws:iam::123456789012:root',
  ),
  v.check(
    (value) => value.toLowerCase() !== 'root',
    'may be the root user or a role of that name: give its ARN, arn:aws:iam::123456789012:root or arn:aws:iam::123456789012:role/root',
  ),
);
export const region = v.pipe(
  v.string('must be a text'),
  v.check(isKnownRegion, 'is not a region that this version knows: expected e.g. us-east-1'),
);
export const regions = v.array(region, 'must be a list of regions');
export const flag = v.boolean('must be true or false');
export const mode = v.picklist(['stop', 'terminate', 'dry-run'], 'must be stop, terminate or dry-run');
export const unstoppable = v.picklist(['report', 'terminate'], 'must be report or terminate');
export const quarantine = v.picklist(['keys', 'users'], 'must be keys or users');

/** https, or plain http on loopback for tests: nobody else may read the messages. */
const loopback = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$)/;
const httpsUrl = v.pipe(
  v.string('must be a text'),
  v.check(
    (url) => (url.startsWith('https://') && URL.canParse(url)) || loopback.test(url),
    'must be an https:// URL',
  ),
);
export const webhook = v.strictObject({
  url: httpsUrl,
  /** Which body the endpoint expects; `json` is the generic one. */
  format: v.optional(
    v.picklist(
      ['slack', 'discord', 'ntfy', 'pagerduty', 'json'],
      'must be slack, discord, ntfy, pagerduty or json',
    ),
    'json',
  ),
  /** PagerDuty's Events API v2 integration key. */
  routingKey: v.optional(v.string()),
});

export const userName = v.pipe(
  v.string('must be a text'),
  v.regex(USER_NAME, 'is not a user name: expected e.g. alice'),
);
const hours = (least: number, most: number) =>
  v.pipe(
    v.number('must be a number of hours'),
    v.minValue(least, `must be at least ${least} (hours)`),
    v.maxValue(most, `must be at most ${most} (hours)`),
  );

/** The tripwire; `decideTick` in core/tripwire explains the hours. */
export const tripwire = v.strictObject({
  enabled: v.optional(flag, true),
  everyMinutes: v.optional(v.picklist([1, 2, 5, 10, 15], 'must be 1, 2, 5, 10 or 15'), 5),
  exhaustWithinHours: v.optional(hours(1, 168), 6),
  warnWithinHours: v.optional(hours(1, 336), 24),
});

/** The most that allowances may add in a month; `maxUsd` defaults to half the budget. */
export const allowance = v.strictObject({
  maxUsd: v.optional(v.pipe(v.number('must be a number of US dollars'), v.minValue(0, 'must be at least 0'))),
  maxHours: v.optional(hours(1, 168), 24),
});

/** Guards beside the function: they watch it, forward events to it, or act without it. */
export const guard = v.strictObject({
  /** Called after each good tick; the service behind it reports when the calls stop. */
  heartbeatUrl: v.optional(httpsUrl),
  /** Users that a Budgets Action denies everything at the limit, without Lambda. */
  denyAtLimit: v.optional(v.array(userName, 'must be a list of user names'), []),
  /** Regions whose GuardDuty and EC2 events are forwarded here by a small stack each. */
  forwardFrom: v.optional(regions, []),
});

export const armAfterHours = hours(0, 336);
/** Until then the function only looks and reports. Synth computes it from `armAfterHours`. */
export const armAt = v.pipe(
  v.string('must be a text'),
  v.check((text) => Number.isFinite(Date.parse(text)), 'must be a time such as 2026-01-31T12:00:00Z'),
);
