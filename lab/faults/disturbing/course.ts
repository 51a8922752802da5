import type { RecordedCall } from '../../../simulated-aws/core/service.ts';
import type { Endpoint } from '../../../simulated-aws/wire/endpoint.ts';
import { type Moment, operationText } from './disturbance.ts';

/** A moment of an undisturbed run, and what a process that dies at it leaves behind. */
export interface Watched extends Moment {
  /** The changes that have been sent by then, by their numbers: the same for moments of the same outcome. */
  readonly leaves: string;
}

const ONLY_READS = /^(Describe|Get|List|Head)/;

/** Notes every moment at which the process that calls now could die, until the function that is returned is called. */
export function watchMoments(endpoint: Endpoint): () => Watched[] {
  const from = endpoint.received;
  const moments: Watched[] = [];
  const arrived = new Map<string, number>();
  const numbers = new Map<RecordedCall, number>();
  endpoint.onCall = (call, phase) => {
    const name = operationText(call);
    if (phase === 'before') {
      arrived.set(name, (arrived.get(name) ?? 0) + 1);
      numbers.set(call, arrived.get(name) ?? 0);
    }
    const { service, operation } = call;
    const lives = (each: RecordedCall) => each !== call || phase === 'after';
    const sent = endpoint.calls.filter(
      (each) => each.sequence > from && !ONLY_READS.test(each.operation) && lives(each),
    );
    const leaves = sent.map(({ sequence }) => sequence).join();
    moments.push({ service, operation, nth: numbers.get(call) ?? 0, phase, leaves });
  };
  return () => {
    delete endpoint.onCall;
    return moments;
  };
}

/**
 * One moment of each outcome, and the moments of all changes: what else a process does before it dies leaves no trace
 * in the account.
 */
export function distinctMoments(moments: readonly Watched[]): Moment[] {
  const seen = new Set<string>();
  return moments
    .filter(({ leaves }) => {
      const isNew = !seen.has(leaves);
      seen.add(leaves);
      return isNew;
    })
    .map(({ leaves: _, ...moment }) => moment);
}
