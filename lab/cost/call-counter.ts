import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import { isManagementEvent, isWrite, regionOf } from '../../simulated-aws/services/cloudtrail/event-names.ts';
import type { PriceId, Usage } from './prices.ts';

const FIVE_MINUTES_MS = 300_000;

/** Services whose calls all cost the same. */
const BY_SERVICE: Readonly<Record<string, PriceId | 'free'>> = {
  ce: 'cost-explorer',
  monitoring: 'cloudwatch-calls',
  sns: 'sns-requests',
  sqs: 'sqs-requests',
  // No price list of AWS has their API calls: resources are billed, calls that describe them are not.
  autoscaling: 'free',
  budgets: 'free',
  cloudtrail: 'free',
  ec2: 'free',
  events: 'free',
  guardduty: 'free',
  iam: 'free',
  pricing: 'free',
  scheduler: 'free',
  sts: 'free',
};

/** Services with a price for each operation. Source: S3 pricing, "Requests & data retrievals". */
const BY_OPERATION: Readonly<Record<string, PriceId | 'free'>> = {
  's3 DeleteObject': 'free',
  's3 GetObject': 's3-get',
  's3 HeadObject': 's3-get',
  's3 ListObjectsV2': 's3-put',
  's3 PutObject': 's3-put',
};

/** What a call is billed as. @throws Error naming a call without a price. */
export function priceOfCall(service: string, operation: string): PriceId | 'free' {
  const billed = BY_OPERATION[`${service} ${operation}`] ?? BY_SERVICE[service];
  if (billed === undefined)
    throw new Error(`no price is known for ${service} ${operation}: add it in lab/cost/call-counter.ts`);
  return billed;
}

/** Counts calls by what they are billed as, and by what CloudTrail makes of them. */
export class CallCounter {
  readonly byOperation = new Map<string, number>();
  /** Calls to other regions than the function's. */
  elsewhere = 0;
  /** Management events, and those of them that change something. */
  events = 0;
  writes = 0;
  readonly #billed = new Map<PriceId, number>();
  /** Each run has credentials of its own. */
  readonly #byRun = new Map<string, number>();
  /** Regions and periods in which a trail has something to write. */
  readonly #files = new Set<string>();

  constructor(private readonly home: string) {}

  /** @throws Error for a call without a price. */
  take({ service, operation, region, accessKeyId, startedAt }: RecordedCall): void {
    const name = `${service} ${operation}`;
    const billed = priceOfCall(service, operation);
    add(this.byOperation, name);
    add(this.#byRun, accessKeyId);
    if (billed !== 'free') add(this.#billed, billed);
    if (region !== this.home) this.elsewhere += 1;
    if (!isManagementEvent(service, operation)) return;
    this.events += 1;
    if (isWrite(service, operation)) this.writes += 1;
    this.#files.add(`${regionOf(service, region)} ${Math.floor(startedAt / FIVE_MINUTES_MS)}`);
  }

  get billed(): Usage {
    return Object.fromEntries(this.#billed);
  }

  get total(): number {
    return sum([...this.byOperation.values()]);
  }

  /** Calls of each run, in ascending order. */
  get perRun(): number[] {
    return [...this.#byRun.values()].sort((a, b) => a - b);
  }

  /** Log files that a trail of all regions delivers for these calls. */
  get trailFiles(): number {
    return this.#files.size;
  }
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
