import * as v from 'valibot';
import { idOf, plain } from '../plain-text.ts';
import type { Threat } from '../signal.ts';
import {
  accountId,
  type EventEnvelope,
  type IgnoredEvent,
  moment,
  optionalText,
  read,
  region,
  type SignalContext,
  text,
} from './event.ts';

const finding = v.object({
  accountId,
  region,
  id: text,
  type: text,
  severity: v.pipe(
    v.number('must be a number'),
    v.minValue(0, 'must be at least 0'),
    v.maxValue(10, 'must be at most 10'),
  ),
  title: optionalText,
  updatedAt: v.nullish(moment),
  resource: v.nullish(
    v.object({
      accessKeyDetails: v.nullish(v.object({ accessKeyId: optionalText, userName: optionalText })),
      instanceDetails: v.nullish(v.object({ instanceId: optionalText })),
    }),
  ),
  service: v.nullish(
    v.object({
      archived: v.nullish(v.boolean('must be true or false')),
      eventLastSeen: v.nullish(moment),
      additionalInfo: v.optional(v.unknown()),
    }),
  ),
});
type Finding = v.InferOutput<typeof finding>;

/**
 * Finding types for mining, stolen credentials or an attack in progress, and what each means. The first match
 * counts. Source: Amazon GuardDuty User Guide, "GuardDuty finding types", "… attack sequence finding types",
 * "… AI Protection finding types". All types of the resource IAMUser are about the use of credentials ("your
 * credentials may be compromised"), except those about settings.
 */
const MEANINGS: readonly (readonly [RegExp, (finding: Finding) => string])[] = [
  [/^CryptoCurrency:/, (finding) => `sees cryptocurrency being mined${machine(finding)}`],
  [
    /^Impact:\w+\/(BitcoinDomainRequest|CryptoMinerExecuted)/,
    (finding) => `sees cryptocurrency being mined${machine(finding)}`,
  ],
  [/^AttackSequence:/, () => 'sees an attack in several steps'],
  [/^Policy:IAMUser\/(ShortTerm)?RootCredentialUsage/, () => 'has seen a call by the root user'],
  [
    /^(?!Policy:)\w+:IAMUser\/(?!PasswordPolicyChange)/,
    (finding) => `suspects that somebody else uses the credentials${owner(finding)}`,
  ],
];

/** A GuardDuty finding as EventBridge delivers it. @throws InputError when fields are missing. */
export const parseGuardDuty = (
  event: EventEnvelope,
  context: Pick<SignalContext, 'account'>,
): Threat | IgnoredEvent => parseFinding(event.detail, context.account, event.time);

/**
 * A finding, with its fields named as in EventBridge's events (`severity`, not `Severity`). The same state of
 * a finding has the same id, from an event or from a poll; assumption: both give the same `updatedAt`.
 * @param at when it arrived, for a finding without a time of its own
 * @throws InputError when fields are missing.
 */
export function parseFinding(input: unknown, account: string, at: string): Threat | IgnoredEvent {
  const found = read(finding, input, 'detail.');
  const type = plain(found.type, 100);
  if (found.accountId !== account)
    return { ignored: `the finding is about account ${found.accountId}, not about this one` };
  if (isSample(found)) return { ignored: 'it is a sample finding, made to test GuardDuty' };
  if (found.service?.archived) return { ignored: 'the finding is archived' };
  const meaning = MEANINGS.find(([pattern]) => pattern.test(found.type));
  if (!meaning) return { ignored: `a finding of type ${type} is not about mining or stolen credentials` };
  const title = found.title ? `: ${plain(found.title, 200).replace(/\.$/, '')}` : '';
  return {
    kind: 'threat',
    id: idOf(found.id, found.updatedAt ?? ''),
    at: found.service?.eventLastSeen ?? found.updatedAt ?? at,
    region: found.region,
    text:
      `GuardDuty ${meaning[1](found)} in ${found.region}${title} ` +
      `(${type}, severity ${found.severity} of 10).`,
    type,
    severity: found.severity,
  };
}

const machine = ({ resource }: Finding): string => {
  const instance = resource?.instanceDetails?.instanceId;
  return instance ? ` on the instance ${plain(instance, 30)}` : '';
};
const owner = ({ resource }: Finding): string => {
  const { accessKeyId, userName } = resource?.accessKeyDetails ?? {};
  const key = accessKeyId ? ` (key ${plain(accessKeyId, 30)})` : '';
  return userName ? ` of ${plain(userName, 64)}${key}` : key;
};

/**
 * Sample findings have `[SAMPLE]` in the title, and `sample` in additionalInfo, which the API wraps as JSON
 * in `value`. Source: GuardDuty User Guide, "Sample findings".
 */
function isSample({ title, service }: Finding): boolean {
  const more = v.safeParse(v.object({ sample: v.literal(true) }), service?.additionalInfo);
  const wrapped = v.safeParse(
    v.object({ value: v.pipe(v.string(), v.regex(/"sample":true/)) }),
    service?.additionalInfo,
  );
  return /^\s*\[SAMPLE\]/.test(title ?? '') || more.success || wrapped.success;
}
