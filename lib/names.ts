import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../lambda/core/settings.ts';
import type { Signal } from '../lambda/core/signal.ts';
import { ownPrefix, scheduleName } from './stack-names.ts';

const ALARMS = ['errors', 'throttles', 'failed-events', 'undelivered'] as const;
/** Each kind of signal, once: a new one does not compile without a name for its rule. */
const SIGNALS = Object.keys({
  'exposed-key': true,
  threat: true,
  'cost-anomaly': true,
  activity: true,
} satisfies Record<SignalName, true>) as SignalName[];
const TAMPER_RULES = ['tamper-function', 'tamper-topics', 'tamper-alarms', 'tamper-triggers'] as const;

export type AlarmName = (typeof ALARMS)[number] | 'heartbeat';
export type SignalName = Signal['kind'];
export type TamperRuleName = (typeof TAMPER_RULES)[number];

/**
 * Names of what wakes the function and of what guards it. They are known at synth, so that the function's environment,
 * its role and the patterns of the rules can name what itself refers to the function.
 */
export interface GuardNames {
  /** With the hyphen that ends it. */
  readonly prefix: string;
  readonly alarms: Readonly<Partial<Record<AlarmName, string>>>;
  readonly tamperRules: Readonly<Record<TamperRuleName, string>>;
  /** What only the tripwire has. */
  readonly schedule?: string;
  readonly signalRules: Readonly<Partial<Record<SignalName, string>>>;
}

/** The names in the stack that holds `scope`; without the tripwire there is no schedule, no signal and no heartbeat. */
export function guardNames(scope: Construct, { tripwire }: Pick<Settings, 'tripwire'>): GuardNames {
  const { stackName } = Stack.of(scope);
  const prefix = ownPrefix(stackName);
  const all = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, prefix + name])) as Record<Name, string>;
  const alarms: readonly AlarmName[] = tripwire.enabled ? [...ALARMS, 'heartbeat'] : ALARMS;
  return {
    prefix,
    alarms: all(alarms),
    tamperRules: all(TAMPER_RULES),
    ...(tripwire.enabled
      ? { schedule: scheduleName(stackName), signalRules: all(SIGNALS) }
      : { signalRules: {} }),
  };
}

/** Every rule of ours in the home region. */
export const ruleNames = ({ signalRules, tamperRules }: GuardNames): string[] => [
  ...Object.values(signalRules),
  ...Object.values(tamperRules),
];

/** Of a rule on the default bus. */
export const ruleArn = (stack: Stack, resourceName: string): string =>
  stack.formatArn({ service: 'events', resource: 'rule', resourceName });
