import { type Draw, type ServiceLimits, undocumented } from '../../core/policy/api-limits.ts';
import type { Clock } from '../clock.ts';
import { Pacer } from './pacer.ts';
import type { Lane } from './retry.ts';

/** Of which bucket, and how much, a call takes. @param operation as AWS names it: `StopInstances` */
export const drawOf = (limits: ServiceLimits | undefined, operation: string, input: unknown): Draw =>
  limits?.draw(operation, input) ?? undocumented(operation);

/** One pacer per token bucket of a service in a region, made when the first call draws on it. */
export class Lanes {
  private readonly pacers = new Map<string, Pacer>();

  constructor(private readonly clock: Clock) {}

  of({ bucket, refill, capacity, cost, urgent }: Draw): Lane {
    const pacer = this.pacers.get(bucket) ?? new Pacer(this.clock, refill, capacity);
    this.pacers.set(bucket, pacer);
    return { pacer, cost, urgent };
  }
}
