import { idOf, plain } from '../plain-text.ts';
import { InputError } from '../settings.ts';
import type { Signal } from '../signal.ts';
import type { Ignored, Trigger } from '../verdict/trigger.ts';
import { parseActivity } from './activity.ts';
import { ACTS, eventBridgeSource } from './acts.ts';
import { parseCostAnomaly } from './cost-anomaly.ts';
import { type EventEnvelope, envelope, type IgnoredEvent, read, type SignalContext } from './event.ts';
import { parseGuardDuty } from './guardduty.ts';
import { parseHealth } from './health.ts';

interface Listener {
  readonly sources: readonly string[];
  readonly detailTypes: readonly string[];
  readonly parse: (event: EventEnvelope, context: SignalContext) => Signal | IgnoredEvent;
}

/** The events that our rules send. Source: Amazon EventBridge, "Events Reference". */
export const LISTENERS: readonly Listener[] = [
  {
    sources: ['aws.health'],
    detailTypes: ['AWS Health Event', 'AWS Health Abuse Event'],
    parse: parseHealth,
  },
  { sources: ['aws.guardduty'], detailTypes: ['GuardDuty Finding'], parse: parseGuardDuty },
  { sources: ['aws.ce'], detailTypes: ['Anomaly Detected'], parse: parseCostAnomaly },
  {
    sources: [...new Set(ACTS.map(eventBridgeSource))],
    detailTypes: ['AWS API Call via CloudTrail'],
    parse: parseActivity,
  },
];

/**
 * Reads an event from EventBridge. Its texts are shortened and cleaned, because an intruder chooses names of
 * users and instances. An intruder who may invoke the function can forge an event: that makes us look, and
 * may lock out the keys that it names, but it exempts nothing.
 * @returns the signal, or why the event is none.
 * @throws InputError for an event that is malformed, about another account, or of an unknown kind.
 */
export function parseSignal(input: unknown, context: SignalContext): Signal | IgnoredEvent {
  const event = read(envelope, input);
  if (event.account !== context.account)
    throw new InputError([
      `event: account: it comes from account ${event.account}, and this function guards ` +
        `${context.account}: remove the rule that forwards it`,
    ]);
  const known = LISTENERS.filter(({ sources }) => sources.includes(event.source));
  if (known.length === 0)
    throw new InputError([
      `event: source: ${plain(event.source, 64)} is unknown here: expected ` +
        `${LISTENERS.flatMap(({ sources }) => sources).join(', ')}; remove the rule that sends it`,
    ]);
  const listener = known.find(({ detailTypes }) => detailTypes.includes(event['detail-type']));
  if (!listener)
    throw new InputError([
      `event: detail-type: ${plain(event['detail-type'], 64)} is unknown here: from ${event.source} ` +
        `expected ${known.flatMap(({ detailTypes }) => detailTypes).join(', ')}; ` +
        'narrow the rule that sends it',
    ]);
  return listener.parse(event, context);
}

/** An event from EventBridge as a trigger. @throws InputError like `parseSignal`. */
export function signalTrigger(event: object, context: SignalContext): Trigger | Ignored {
  const signal = parseSignal(event, context);
  if (!('ignored' in signal)) return { source: 'signal', id: signal.id, action: 'tick', signal };
  const id = 'id' in event ? idOf(String(event.id)) : '';
  return { source: 'ignored', id, reason: signal.ignored };
}
