import { API_LIMITS, type ApiLimit } from '../../simulated-aws/core/api-limits.ts';
import { fromUsEast1, type LatencyModel } from '../../simulated-aws/wire/latency.ts';
import { callsFor } from '../measuring/call-counts.ts';
import { KEYS_EACH, machinesByRegion, type Workload } from './workload.ts';

/** Calls of one operation that are needed before something is contained. */
interface Step {
  readonly service: string;
  readonly operation: string;
  readonly calls: number;
  /** What the calls draw on a resource bucket, all together. */
  readonly resources?: number;
  /** Each call needs the answer to the call before it. */
  readonly oneByOne?: true;
}

/** What the least depends on. */
export interface Circumstances {
  readonly limits?: readonly ApiLimit[];
  readonly latency?: LatencyModel;
}

/** The home of the journal. */
const HOME = 'us-east-1';
/** The record that undo needs is durable before the change. */
const JOURNAL: Step = { service: 's3', operation: 'PutObject', calls: 1 };

/**
 * The least virtual ms from the first call until the last machine is told to stop: one round trip for each necessary
 * step, and the longest wait for one token bucket, since buckets refill in parallel. The steps are list, record, stop.
 * A refused stop is the only sign of protection that needs no call for each machine; after it the steps are look,
 * record, lift, stop. No machines take no time.
 */
export function leastStopMs(workload: Workload, circumstances: Circumstances = {}): number {
  const times = [...machinesByRegion(workload)].map(([region, machines]) =>
    machines === 0 ? 0 : leastMs(region, stepsToStop(machines, workload.isProtected), circumstances),
  );
  return Math.max(0, ...times);
}

/**
 * The same until the last key is Inactive. Each user is denied before the user's last key is disabled (a run that ends in
 * between would not find the user again), so that all denies draw tokens before the last key of all does.
 */
export function leastKeyMs({ users }: Workload, circumstances: Circumstances = {}): number {
  return users === 0 ? 0 : leastMs(HOME, stepsToDisable(users), circumstances);
}

function stepsToStop(machines: number, isProtected: boolean): Step[] {
  const ec2 = (operation: string, calls: number, more: Partial<Step> = {}): Step => ({
    service: 'ec2',
    operation,
    calls,
    ...more,
  });
  const list = ec2('DescribeInstances', callsFor(machines), { oneByOne: true });
  const stop = ec2('StopInstances', callsFor(machines), { resources: machines });
  if (!isProtected) return [list, JOURNAL, stop];
  const refusedStop = ec2('StopInstances', callsFor(machines));
  const look = ec2('DescribeInstanceAttribute', machines);
  const lift = ec2('ModifyInstanceAttribute', machines);
  return [list, JOURNAL, refusedStop, look, JOURNAL, lift, stop];
}

function stepsToDisable(users: number): Step[] {
  const iam = (operation: string, calls: number): Step => ({ service: 'iam', operation, calls });
  return [
    { ...iam('GetAccountAuthorizationDetails', callsFor(users)), oneByOne: true },
    iam('ListAccessKeys', users + callsFor(users)), // draws on the same bucket as the pages of users
    JOURNAL,
    iam('AttachUserPolicy', users),
    iam('UpdateAccessKey', users + users * KEYS_EACH), // as do denies and keys
  ];
}

/** All round trips in a row, the last one without its way back, and the longest wait of all steps. */
function leastMs(
  region: string,
  steps: readonly Step[],
  { limits = API_LIMITS, latency = fromUsEast1 }: Circumstances,
): number {
  const roundTrips = steps.map(({ service }) => latency(service === 's3' ? HOME : region, service));
  const path = roundTrips.reduce((sum, ms) => sum + ms, 0) - (roundTrips.at(-1) ?? 0) / 2;
  const waits = steps.map((step, at) =>
    Math.max(waitMs(step, limits), step.oneByOne ? (step.calls - 1) * (roundTrips[at] ?? 0) : 0),
  );
  return path + Math.max(...waits);
}

/** Ms until a full bucket has given that many tokens, by the first request limit and the first resource limit that fit. */
function waitMs({ service, operation, calls, resources = 0 }: Step, limits: readonly ApiLimit[]): number {
  // Every list that the engine makes is paged and filtered: limits for special inputs do not apply.
  const fitting = limits.filter(
    (each) => each.service === service && !each.applies && isFor(each, operation),
  );
  const wait = (tokens: number, limit: ApiLimit | undefined) =>
    limit ? (Math.max(0, tokens - limit.capacity) / limit.refillPerSecond) * 1000 : 0;
  return Math.max(
    wait(
      calls,
      fitting.find((each) => each.tokens === undefined),
    ),
    wait(
      resources,
      fitting.find((each) => each.tokens !== undefined),
    ),
  );
}

const isFor = ({ operations }: ApiLimit, operation: string): boolean =>
  operations instanceof RegExp ? operations.test(operation) : operations.includes(operation);
