import type { Fault } from '../../lab/testbed/answers.ts';
import type { CallPattern } from '../../lab/testbed/rules.ts';
import type { RecordedCall } from '../core/service.ts';

/** What can go wrong with a call on its way, as in the testbed, but for answers of one's own. */
export type WireFault = Exclude<Fault, { kind: 'answer' }>;

/** Which calls a rule is about; a missing field matches everything. */
export interface SimulatedCallPattern extends CallPattern {
  /** Any of these regions. */
  readonly regions?: readonly string[];
  /** Any of these operations. */
  readonly operations?: readonly string[];
}

export interface FaultRule {
  readonly when: SimulatedCallPattern | ((call: RecordedCall) => boolean);
  readonly fault: WireFault;
  /** `after`: the operation takes effect and only its answer is lost or replaced. Without it: `before`. */
  readonly phase?: 'before' | 'after';
}

/** An ordered list of rules; for each call the first one that applies decides. */
export class FaultRules {
  readonly #entries: { readonly rule: FaultRule; matched: number }[] = [];

  add(...rules: readonly FaultRule[]): void {
    this.#entries.push(...rules.map((rule) => ({ rule, matched: 0 })));
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** The rule that applies to this call. Asking counts: `nth` and `atMost` go by how often a rule was asked. */
  ruleFor(call: RecordedCall): FaultRule | undefined {
    for (const entry of this.#entries) {
      const { when } = entry.rule;
      if (typeof when === 'function') {
        if (when(call)) return entry.rule;
        continue;
      }
      if (!fits(call, when)) continue;
      entry.matched += 1;
      const isNth = when.nth === undefined || entry.matched === when.nth;
      if (isNth && entry.matched <= (when.atMost ?? Number.POSITIVE_INFINITY)) return entry.rule;
    }
    return undefined;
  }
}

function fits(call: RecordedCall, pattern: SimulatedCallPattern): boolean {
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
