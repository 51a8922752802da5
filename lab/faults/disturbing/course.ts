import type { RecordedCall } from '../../../simulated-aws/core/service.ts';
import type { Endpoint } from '../../../simulated-aws/wire/endpoint.ts';
import { type Moment, type Operation, operationText } from './disturbance.ts';

/** What one process does when nothing goes wrong. */
export interface Course {
  readonly calls: number;
  readonly operations: readonly Operation[];
  /** All its moments, and of those one for each outcome. */
  readonly every: readonly Moment[];
  readonly distinct: readonly Moment[];
}

/** A moment of an undisturbed run, and what a process that is killed at it leaves behind. */
interface Watched extends Moment {
  /** The changes that have been sent by then, by their numbers: the same for moments of the same outcome. */
  readonly leaves: string;
}

const ONLY_READS = /^(Describe|Get|List|Head)/;

/** Notes every moment at which the calling process could be killed, until the returned function is called. */
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
    const isSent = (each: RecordedCall) => each !== call || phase === 'after';
    const sent = endpoint.calls.filter(
      (each) => each.sequence > from && !ONLY_READS.test(each.operation) && isSent(each),
    );
    const leaves = sent.map(({ sequence }) => sequence).join();
    moments.push({ service, operation, nth: numbers.get(call) ?? 0, phase, leaves });
  };
  return () => {
    delete endpoint.onCall;
    return moments;
  };
}

/** What a process did, as far as it can be disturbed. */
export function courseOf(calls: readonly RecordedCall[], moments: readonly Watched[]): Course {
  const operations = new Map(
    calls.map(({ service, operation }) => [operationText({ service, operation }), { service, operation }]),
  );
  return {
    calls: calls.length,
    operations: [...operations.values()],
    every: moments.map(({ leaves: _, ...moment }) => moment),
    distinct: distinctMoments(moments),
  };
}

/** For people: how much there is to disturb. */
export const courseText = ({ calls, operations, every, distinct }: Course): string =>
  `${calls} calls of ${operations.length} operations; ${every.length} moments to kill it at, which leave ${distinct.length} different states`;

/**
 * One moment of each outcome: whatever else a process does before it is killed leaves no trace in the account.
 */
function distinctMoments(moments: readonly Watched[]): Moment[] {
  const seen = new Set<string>();
  return moments
    .filter(({ leaves }) => {
      const isNew = !seen.has(leaves);
      seen.add(leaves);
      return isNew;
    })
    .map(({ leaves: _, ...moment }) => moment);
}
