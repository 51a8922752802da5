import type { Fault } from './answers.ts';
import type { AwsCall } from './aws-call.ts';

/** Which calls a rule is about; a missing field matches everything. */
export interface CallPattern {
  readonly service?: string;
  readonly region?: string;
  readonly operation?: string | RegExp;
  readonly accessKeyId?: string;
  /** Only the nth of the calls that match the other fields, counted from 1. */
  readonly nth?: number;
  /** Only the first so many of them. */
  readonly atMost?: number;
}

export interface Rule {
  readonly when: CallPattern | ((call: AwsCall) => boolean);
  readonly fault: Fault;
}

export function matches(call: AwsCall, pattern: CallPattern): boolean {
  const { service, region, operation, accessKeyId } = pattern;
  return (
    (service === undefined || call.service === service) &&
    (region === undefined || call.region === region) &&
    (accessKeyId === undefined || call.accessKeyId === accessKeyId) &&
    (operation === undefined ||
      (typeof operation === 'string' ? call.operation === operation : operation.test(call.operation)))
  );
}

/** An ordered list of rules; for each call the first one that applies decides. */
export class Rules {
  readonly #entries: { readonly rule: Rule; matched: number }[] = [];

  add(...rules: readonly Rule[]): void {
    this.#entries.push(...rules.map((rule) => ({ rule, matched: 0 })));
  }

  clear(): void {
    this.#entries.length = 0;
  }

  faultFor(call: AwsCall): Fault | undefined {
    for (const entry of this.#entries) {
      const { when } = entry.rule;
      if (typeof when === 'function') {
        if (when(call)) return entry.rule.fault;
        continue;
      }
      if (!matches(call, when)) continue;
      entry.matched += 1;
      const isNth = when.nth === undefined || entry.matched === when.nth;
      if (isNth && entry.matched <= (when.atMost ?? Number.POSITIVE_INFINITY)) return entry.rule.fault;
    }
    return undefined;
  }
}

/**
 * A token bucket for each region, as AWS keeps them: `burst` calls at once, then `perSecond`; any further call
 * is throttled. Source: EC2 API throttling.
 */
export function throttleTo(
  bucket: CallPattern & { readonly perSecond: number; readonly burst: number },
  now: () => number = () => performance.now(),
): Rule {
  const buckets = new Map<string, { tokens: number; filledAt: number }>();
  const isRefused = (call: AwsCall): boolean => {
    if (!matches(call, bucket)) return false;
    const at = now();
    const { tokens, filledAt } = buckets.get(call.region) ?? { tokens: bucket.burst, filledAt: at };
    const filled = Math.min(bucket.burst, tokens + ((at - filledAt) / 1000) * bucket.perSecond);
    buckets.set(call.region, { tokens: filled >= 1 ? filled - 1 : filled, filledAt: at });
    return filled < 1;
  };
  return { when: isRefused, fault: { kind: 'throttle' } };
}
