import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import { isManagementEvent, isWrite, regionOf } from '../../simulated-aws/services/cloudtrail/event-names.ts';
import { priceOfCall } from './billed-calls.ts';
import type { PriceId, Usage } from './prices.ts';

const FIVE_MINUTES_MS = 300_000;

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

  /** @throws Error for a call that nobody has priced. */
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
