/** What one call draws, and from which of a service's and region's token buckets. */
export interface Draw {
  readonly bucket: string;
  /** Tokens. */
  readonly cost: number;
  /** Tokens a second that AWS documents; undefined where it publishes none. */
  readonly refill?: number;
  /** Tokens that a full bucket holds, as AWS documents it. */
  readonly capacity?: number;
  /** Goes before others that wait for the same bucket. */
  readonly urgent: boolean;
}

const READS = /^(Describe|Get|List|Search|Head)/;

/**
 * EC2 throttles each action by itself, per account and region: reads refill 20 tokens a second, changes 5 (or 2 to
 * 10, by action). Stops, terminations and starts draw one token a machine beside that, from a bucket of 1000 that
 * refills this many a second. Source: Request throttling for the Amazon EC2 API.
 */
const EC2_READS = { refill: 20, capacity: 100 };
const EC2_CHANGES = { refill: 5, capacity: 50 };
const EC2_MACHINES: Readonly<Record<string, { refill: number; capacity: number; leastCost: number }>> = {
  // 5 requests and 20 machines a second: a request draws at least as much as 4 machines do.
  StopInstances: { refill: 20, capacity: 1000, leastCost: 4 },
  TerminateInstances: { refill: 20, capacity: 1000, leastCost: 4 },
  // 2 requests and 2 machines a second.
  StartInstances: { refill: 2, capacity: 1000, leastCost: 1 },
};
/**
 * Machines in one stop or termination. 40 such calls empty the bucket of 1000 machines, which the bucket of 50
 * requests allows; and one protected machine, which refuses the whole call, holds up only 24 others. Calls with
 * fewer go first: theirs are known to be free of protection.
 */
export const WHOLE_BATCH = 25;

/** Two a second, per account and region. Source: CloudTrail API, LookupEvents. The burst: assumption, the same. */
const LOOKUPS = { refill: 2, capacity: 2, cost: 1, urgent: false };

/** Of which bucket, and how much, a call takes. The figures are a first guess: the pacer learns the real ones. */
export function drawOf(service: string, operation: string, input: unknown): Draw {
  if (service === 'cloudtrail' && operation === 'LookupEvents') return { bucket: operation, ...LOOKUPS };
  if (service !== 'ec2')
    // IAM, Auto Scaling and the others publish no figures; that reads and changes are told apart is what all do.
    return { bucket: READS.test(operation) ? 'reads' : 'changes', cost: 1, urgent: false };
  const machines = EC2_MACHINES[operation];
  if (!machines)
    return {
      bucket: operation,
      cost: 1,
      ...(READS.test(operation) ? EC2_READS : EC2_CHANGES),
      urgent: false,
    };
  const { InstanceIds = [] } = input as { InstanceIds?: readonly string[] };
  const cost = Math.max(machines.leastCost, InstanceIds.length);
  const { refill, capacity } = machines;
  return { bucket: operation, cost, refill, capacity, urgent: cost < WHOLE_BATCH };
}
