import { type CallPattern, CallRules, matches } from '../../simulated-aws/wire/fault-rules.ts';
import type { Fault } from './answers.ts';
import type { AwsCall } from './aws-call.ts';

export interface Rule {
  readonly when: CallPattern | ((call: AwsCall) => boolean);
  readonly fault: Fault;
}

/** An ordered list of rules; for each call the first one that applies decides. */
export class Rules extends CallRules<AwsCall, Rule> {}

/**
 * A token bucket for each region, as AWS keeps them: `capacity` calls at once, then `perSecond`; any further call
 * is throttled. Source: EC2 API throttling.
 */
export function throttleTo(
  bucket: CallPattern & { readonly perSecond: number; readonly capacity: number },
  now: () => number = () => performance.now(),
): Rule {
  const buckets = new Map<string, { tokens: number; filledAt: number }>();
  const isRefused = (call: AwsCall): boolean => {
    if (!matches(call, bucket)) return false;
    const at = now();
    const { tokens, filledAt } = buckets.get(call.region) ?? { tokens: bucket.capacity, filledAt: at };
    const filled = Math.min(bucket.capacity, tokens + ((at - filledAt) / 1000) * bucket.perSecond);
    buckets.set(call.region, { tokens: filled >= 1 ? filled - 1 : filled, filledAt: at });
    return filled < 1;
  };
  return { when: isRefused, fault: { kind: 'throttle' } };
}
