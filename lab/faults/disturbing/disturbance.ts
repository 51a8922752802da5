import type { RecordedCall } from '../../../simulated-aws/core/service.ts';
import type { Endpoint } from '../../../simulated-aws/wire/endpoint.ts';
import type { FaultRule, WireFault } from '../../../simulated-aws/wire/fault-rules.ts';

export type Operation = Pick<RecordedCall, 'service' | 'operation'>;

/** What goes wrong with an operation; without `times`, each time. */
export interface Trouble {
  readonly name: string;
  readonly fault: WireFault;
  readonly times?: number;
  readonly phase?: 'before' | 'after';
}

export const TROUBLES: readonly Trouble[] = [
  { name: 'throttled once', fault: { kind: 'throttle' }, times: 1 },
  { name: 'throttled 10 times', fault: { kind: 'throttle' }, times: 10 },
  { name: '500 once', fault: { kind: 'server-error' }, times: 1 },
  { name: '500 always', fault: { kind: 'server-error' } },
  { name: 'access denied', fault: { kind: 'access-denied' } },
  { name: 'reset once', fault: { kind: 'reset' }, times: 1 },
  { name: 'done, then reset once', fault: { kind: 'reset' }, times: 1, phase: 'after' },
  { name: 'reset always', fault: { kind: 'reset' } },
  { name: 'garbage', fault: { kind: 'garbage' } },
  { name: 'login page', fault: { kind: 'html' } },
  { name: 'empty answer', fault: { kind: 'empty' } },
  { name: 'foreign JSON', fault: { kind: 'json' } },
  { name: 'hangs once', fault: { kind: 'hang' }, times: 1 },
  { name: 'hangs always', fault: { kind: 'hang' } },
];

/** @throws Error for a name that is not in the list. */
export function troubleOf(name: string): Trouble {
  const found = TROUBLES.find((trouble) => trouble.name === name);
  if (!found)
    throw new Error(
      `no trouble is called ${name}: there are ${TROUBLES.map((each) => each.name).join(', ')}`,
    );
  return found;
}

/** A moment of a run: the nth call of an operation has arrived and has no effect yet, or has just taken effect. */
export interface Moment extends Operation {
  readonly nth: number;
  readonly phase: 'before' | 'after';
}

/** What happens to one process: an operation goes wrong, or the process is killed. */
export type Disturbance =
  | { readonly operation: Operation; readonly trouble: string }
  | { readonly killAt: Moment };

export const isKill = (disturbance: Disturbance): disturbance is Extract<Disturbance, { killAt: Moment }> =>
  'killAt' in disturbance;

export const operationText = ({ service, operation }: Operation) => `${service} ${operation}`;

export function disturbanceText(disturbance: Disturbance): string {
  if (!isKill(disturbance)) return `${operationText(disturbance.operation)} ${disturbance.trouble}`;
  const { killAt } = disturbance;
  return `killed ${killAt.phase} ${operationText(killAt)} ${killAt.nth}`;
}

/**
 * Lets it happen from now on, until the returned function is called, which says whether it did happen. `kill` ends the
 * process. What the process has sent by then still arrives, except the call that it is killed before.
 */
export function disturb(endpoint: Endpoint, disturbance: Disturbance, kill: () => void): () => boolean {
  if (isKill(disturbance)) return killAtMoment(endpoint, disturbance.killAt, kill);
  const { service, operation } = disturbance.operation;
  const { fault, times, phase = 'before' } = troubleOf(disturbance.trouble);
  const when = { service, operation, ...(times === undefined ? {} : { atMost: times }) };
  endpoint.rules.add({ when, fault, phase });
  const from = endpoint.received;
  return () => {
    endpoint.rules.clear();
    return endpoint.calls.some((call) => call.sequence > from && call.fault !== undefined);
  };
}

function killAtMoment(endpoint: Endpoint, { service, operation, nth, phase }: Moment, kill: () => void) {
  let arrived = 0;
  let last: RecordedCall | undefined;
  endpoint.onCall = (call, now) => {
    if (now === 'before' && call.service === service && call.operation === operation && ++arrived === nth) {
      last = call;
      if (phase === 'before') kill();
    }
    if (now === 'after' && phase === 'after' && call === last) kill();
  };
  const lost: FaultRule = { when: (call) => call === last && phase === 'before', fault: { kind: 'hang' } };
  endpoint.rules.add(lost);
  return () => {
    delete endpoint.onCall;
    endpoint.rules.clear();
    return last !== undefined;
  };
}
