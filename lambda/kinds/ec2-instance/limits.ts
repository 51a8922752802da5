import { isRead, type ServiceLimits } from '../../core/policy/api-limits.ts';

/**
 * EC2 throttles each action separately, per account and region: buckets of reads refill 20 tokens a second,
 * buckets of changes 5 (or 2 to 10, by action). Stops, terminations and starts also draw one token for each
 * machine, from a second bucket that holds 1000. Source: Request throttling for the Amazon EC2 API.
 */
const READS = { refill: 20, capacity: 100 };
const CHANGES = { refill: 5, capacity: 50 };
const MACHINES: Readonly<Record<string, { refill: number; capacity: number; leastCost: number }>> = {
  // 5 requests and 20 machines a second, so a request draws at least 4 machines' tokens.
  StopInstances: { refill: 20, capacity: 1000, leastCost: 4 },
  TerminateInstances: { refill: 20, capacity: 1000, leastCost: 4 },
  // 2 requests and 2 machines a second.
  StartInstances: { refill: 2, capacity: 1000, leastCost: 1 },
};
/**
 * Machines in one stop or termination. 40 such calls empty the bucket of 1000 machines, and the bucket of 50
 * requests allows 40. A protected machine makes EC2 refuse the whole call, and so delays only 24 others.
 * Smaller calls go first: their machines are known to be unprotected.
 */
export const WHOLE_BATCH = 25;

export const EC2_LIMITS: ServiceLimits = {
  service: 'EC2',
  draw(operation, input) {
    const machines = MACHINES[operation];
    if (!machines)
      return { bucket: operation, cost: 1, ...(isRead(operation) ? READS : CHANGES), urgent: false };
    const { InstanceIds = [] } = input as { InstanceIds?: readonly string[] };
    const cost = Math.max(machines.leastCost, InstanceIds.length);
    const { refill, capacity } = machines;
    return { bucket: operation, cost, refill, capacity, urgent: cost < WHOLE_BATCH };
  },
};
