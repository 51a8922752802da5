import type { RecordedCall } from '../core/service.ts';

/** Answers with status 200 that AWS did not give: nonsense, a login page, nothing at all, JSON of somebody else. */
export type ForeignAnswer = 'garbage' | 'html' | 'empty' | 'json';

/**
 * What can go wrong with a call: an AWS error, an answer that never comes, a connection that breaks, or an answer that
 * is not AWS's.
 */
export type WireFault =
  | { readonly kind: 'throttle' | 'server-error' | 'access-denied' }
  | { readonly kind: 'error'; readonly code: string; readonly status: number; readonly message?: string }
  | { readonly kind: 'hang' | 'reset' | ForeignAnswer };

/** A call as far as a pattern looks at it. */
type PatternedCall = Pick<RecordedCall, 'service' | 'region' | 'operation' | 'accessKeyId'>;

/** Which calls a rule is about; a missing field matches everything. */
export interface CallPattern {
  readonly service?: string;
  readonly region?: string;
  /** Any of these regions. */
  readonly regions?: readonly string[];
  readonly operation?: string | RegExp;
  /** Any of these operations. */
  readonly operations?: readonly string[];
  readonly accessKeyId?: string;
  /** Only the nth of the calls that match the other fields, counted from 1. */
  readonly nth?: number;
  /** Only the first so many of them. */
  readonly atMost?: number;
}

/** Whether a call fits a pattern, apart from `nth` and `atMost`. */
export function matches(call: PatternedCall, pattern: CallPattern): boolean {
  const { service, region, operation, accessKeyId, regions, operations } = pattern;
  return (
    (service === undefined || call.service === service) &&
    (region === undefined || call.region === region) &&
    (regions?.includes(call.region) ?? true) &&
    (operations?.includes(call.operation) ?? true) &&
    (accessKeyId === undefined || call.accessKeyId === accessKeyId) &&
    (operation === undefined ||
      (typeof operation === 'string' ? call.operation === operation : operation.test(call.operation)))
  );
}

/** Which calls a rule is about: a pattern, or any condition. */
interface CallRule<Call> {
  readonly when: CallPattern | ((call: Call) => boolean);
}

/** An ordered list of rules; for each call the first one that applies decides. */
export class CallRules<Call extends PatternedCall, Rule extends CallRule<Call>> {
  readonly #entries: { readonly rule: Rule; matched: number }[] = [];

  add(...rules: readonly Rule[]): void {
    this.#entries.push(...rules.map((rule) => ({ rule, matched: 0 })));
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** The rule that applies to this call. Each question counts for `nth` and `atMost`. */
  ruleFor(call: Call): Rule | undefined {
    for (const entry of this.#entries) {
      const { when } = entry.rule;
      if (typeof when === 'function') {
        if (when(call)) return entry.rule;
        continue;
      }
      if (!matches(call, when)) continue;
      entry.matched += 1;
      const isNth = when.nth === undefined || entry.matched === when.nth;
      if (isNth && entry.matched <= (when.atMost ?? Number.POSITIVE_INFINITY)) return entry.rule;
    }
    return undefined;
  }
}

/** A fault for the calls of a simulated account. */
export interface FaultRule extends CallRule<RecordedCall> {
  readonly fault: WireFault;
  /** `after`: the operation takes effect and only its answer is lost or replaced. Without it: `before`. */
  readonly phase?: 'before' | 'after';
}

/** The faults of a simulated account. */
export class FaultRules extends CallRules<RecordedCall, FaultRule> {}
