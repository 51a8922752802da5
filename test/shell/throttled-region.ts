import type { Action } from '../../lambda/core/model.ts';
import type { End } from '../../lambda/kinds/ec2-instance/facts.ts';
import { EC2_LIMITS } from '../../lambda/kinds/ec2-instance/limits.ts';
import { endInstances } from '../../lambda/kinds/ec2-instance/stop.ts';
import type { Aws } from '../../lambda/shell/calls/aws.ts';
import { BucketedCalls, NEVER, Refusal, Throttled } from './bucketed-calls.ts';
import { TokenBucket } from './token-bucket.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Region {
  readonly machines: number;
  /** By position in EC2's order. */
  readonly isProtected?: (at: number) => boolean;
  /** Whether a stop refused for protection draws on the bucket of machines. AWS does not document it. */
  readonly chargesRefusals?: boolean;
  /** Size of the buckets, as a multiple of the documented ones. */
  readonly generosity?: number;
}

interface Machine {
  disableApiStop: boolean;
  stoppedAt?: number;
}
type Input = { InstanceIds?: string[]; InstanceId?: string; DisableApiStop?: { Value: boolean } };

/**
 * Runs the engine on EC2's documented buckets of one region. Source: Request throttling for the Amazon EC2
 * API.
 */
export async function stopRegion({
  machines: count,
  isProtected = () => false,
  chargesRefusals = true,
  generosity = 1,
}: Region) {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const machines = new Map<string, Machine>();
  const journaled = new Set<string>();
  const bucket = (capacity: number, perSecond: number) =>
    new TokenBucket(clock, capacity * generosity, perSecond * generosity);
  const requests: Record<string, TokenBucket> = {
    DescribeInstanceAttribute: bucket(100, 20),
    ModifyInstanceAttribute: bucket(50, 5),
    StopInstances: bucket(50, 5),
  };
  const resources = bucket(1000, 20);

  const operations: Record<string, (input: Input) => object> = {
    DescribeInstanceAttribute: ({ InstanceId = '' }) => ({
      DisableApiStop: { Value: machines.get(InstanceId)?.disableApiStop },
    }),
    ModifyInstanceAttribute: ({ InstanceId = '', DisableApiStop }) => {
      if (!journaled.has(InstanceId)) throw new Error(`${InstanceId} was not in the journal`);
      const machine = machines.get(InstanceId) as Machine;
      machine.disableApiStop = DisableApiStop?.Value ?? machine.disableApiStop;
      return {};
    },
    StopInstances: ({ InstanceIds = [] }) => {
      const asked = InstanceIds.map((id) => machines.get(id) as Machine);
      const refused = asked.some(({ disableApiStop }) => disableApiStop);
      if (!refused || chargesRefusals) resources.take(asked.length);
      if (refused) throw new Refusal('OperationNotPermitted');
      for (const machine of asked) machine.stoppedAt ??= (clock.now() - startedAt) / 1000;
      return {};
    },
  };
  const calls = new BucketedCalls(clock, EC2_LIMITS, NEVER, (operation, input: Input) => {
    if (operation === 'StopInstances' && !resources.has(input.InstanceIds?.length ?? 0))
      throw new Throttled();
    if (!requests[operation]?.take()) throw new Throttled();
    return operations[operation]?.(input) ?? {};
  });

  const aws = { scope: 'us-east-1', client: () => calls, options: {} } as unknown as Aws;
  const intend = async (actions: readonly Action[]) => {
    await clock.sleep(50);
    for (const { id } of actions) journaled.add(id);
  };
  const readPage = async (from: number) => {
    const actions = Array.from({ length: Math.min(1000, count - from) }, (_, n): End => {
      const id = `i-${from + n}`;
      machines.set(id, { disableApiStop: isProtected(from + n) });
      return {
        kind: 'ec2-instance',
        scope: 'us-east-1',
        id,
        verb: 'stop',
        before: {
          ...{ type: 't3.micro', state: 'running', spot: 'no', instanceStore: false },
          ...{ group: null, launchedAt: null, transition: '' },
        },
      };
    });
    for await (const outcome of endInstances({ aws, intend, mayLoseState: false }, actions))
      if (outcome.status !== 'done') throw new Error(JSON.stringify(outcome));
  };
  const containment = async () => {
    const pages: Promise<void>[] = [];
    for (let from = 0; from < count; from += 1000) {
      await clock.sleep(100);
      pages.push(readPage(from));
    }
    await Promise.all(pages);
  };
  await clock.run(containment());
  const stoppedAt = [...machines.values()].map((machine) => machine.stoppedAt ?? Number.NaN);
  return {
    seconds: stoppedAt.reduce((a, b) => Math.max(a, b), 0),
    /** Seconds, in EC2's order. */
    stoppedAt,
    calls: calls.calls,
    throttled: calls.throttled,
  };
}

/** The least seconds that the buckets allow: tokens beyond the first fill, divided by the refill rate. */
export function boundOf({ machines, isProtected = () => false, generosity = 1 }: Region): number {
  const lifts = Array.from({ length: machines }, (_, at) => at).filter(isProtected).length;
  const wait = (tokens: number, capacity: number, perSecond: number) =>
    Math.max(0, tokens - capacity * generosity) / (perSecond * generosity);
  return Math.max(wait(machines, 1000, 20), wait(lifts, 50, 5), wait(lifts, 100, 20));
}
