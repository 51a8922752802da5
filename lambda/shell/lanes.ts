import { drawOf } from './buckets.ts';
import type { Clock } from './clock.ts';
import { Pacer } from './pacer.ts';
import type { Lane } from './retry.ts';

/** One pacer per token bucket of a service in a region, made when the first call draws on it. */
export class Lanes {
  private readonly pacers = new Map<string, Pacer>();

  constructor(
    private readonly clock: Clock,
    private readonly service: string,
  ) {}

  /** @param operation as AWS names it: `StopInstances` */
  of(operation: string, input: unknown): Lane {
    const { bucket, refill, capacity, cost, urgent } = drawOf(this.service, operation, input);
    const pacer = this.pacers.get(bucket) ?? new Pacer(this.clock, refill, capacity);
    this.pacers.set(bucket, pacer);
    return { pacer, cost, urgent };
  }
}
