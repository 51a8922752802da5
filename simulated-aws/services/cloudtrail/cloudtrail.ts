import { type CallContext, type Principal, ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Events } from '../events/events.ts';
import type { Iam } from '../iam/iam.ts';
import { isWrite, regionOf } from './event-names.ts';
import { recordOf, type TrailedCall } from './trail-record.ts';

export interface CloudTrailContext extends Pick<ServiceContext, 'timeline' | 'random'> {
  readonly iam: Pick<Iam, 'accountId' | 'directory' | 'roles'>;
  readonly events: Pick<Events, 'emit'>;
}

export interface Trail {
  readonly name: string;
  readonly region: string;
  isLogging: boolean;
}

/** From a call to EventBridge, and to event history, in ms (see behaviours.ts). */
const TO_EVENTS_MS = 5_000;
const TO_HISTORY_MS = 300_000;
const HISTORY_MS = 90 * 86_400_000;

/** CloudTrail in one account: the event history, which always exists, and what a trail sends to EventBridge. */
export class CloudTrail {
  readonly trails = new Map<string, Trail>();
  readonly #context: CloudTrailContext;
  /** By region, the oldest first. */
  readonly #calls = new Map<string, TrailedCall[]>();

  constructor(context: CloudTrailContext) {
    this.#context = context;
  }

  /** A trail of all regions that logs management events. */
  enableTrail(name = 'management-events', region = 'us-east-1'): Trail {
    const trail = { name, region, isLogging: true };
    this.trails.set(name, trail);
    return trail;
  }

  get accountId(): string {
    return this.#context.iam.accountId;
  }

  get isLogging(): boolean {
    return [...this.trails.values()].some((trail) => trail.isLogging);
  }

  /** Performs a call, and keeps its record when the call is one that changes something. */
  performAndRecord<Output>(
    service: string,
    operation: string,
    input: object,
    context: CallContext,
    perform: () => Output,
  ): Output {
    if (!isWrite(service, operation)) return perform();
    // The call that ends the logging is still logged.
    const { isLogging } = this;
    try {
      const output = perform();
      this.#keep({ service, operation, input, context, isLogging });
      return output;
    } catch (thrown) {
      if (thrown instanceof ServiceError)
        this.#keep({ service, operation, input, context, isLogging, error: thrown });
      throw thrown;
    }
  }

  /** Keeps the record of a call that was refused before its operation saw it. */
  denied(
    {
      service,
      operation,
      region,
      input,
    }: { service: string; operation: string; region: string; input: unknown },
    principal: Principal,
    error: ServiceError,
  ): void {
    if (!isWrite(service, operation)) return;
    const context = { region, principal, now: this.#context.timeline.now() };
    const { isLogging } = this;
    this.#keep({ service, operation, input: input as object, context, isLogging, error, isDenial: true });
  }

  /**
   * What the event history of a region shows now, the newest first: up to 90 days, without the last minutes. `from` and
   * `to`, in ms since 1970, are included.
   */
  history(region: string, from = 0, to = Number.POSITIVE_INFINITY): readonly TrailedCall[] {
    const now = this.#context.timeline.now();
    const newest = Math.min(to, now - TO_HISTORY_MS);
    const calls = this.#calls.get(region) ?? [];
    const shown: TrailedCall[] = [];
    for (let at = calls.length - 1; at >= 0; at--) {
      const call = calls[at] as TrailedCall;
      if (call.at < from || call.at <= now - HISTORY_MS) break;
      if (call.at <= newest) shown.push(call);
    }
    return shown;
  }

  recordOf(call: TrailedCall): ReturnType<typeof recordOf> {
    return recordOf(call, this.#context.iam);
  }

  #keep(newRecord: NewRecord): void {
    const { timeline, random, events } = this.#context;
    const { service, operation, input, context, error, isLogging, isDenial = false } = newRecord;
    const { principal, now, invokedBy } = context;
    const call: TrailedCall = {
      ...{ id: random.uuid(), service, operation, input, principal, at: now },
      region: regionOf(service, context.region),
      ...(invokedBy === undefined ? {} : { invokedBy }),
      ...(error ? { error: { code: error.code, message: error.message, isDenial } } : {}),
    };
    const calls = this.#calls.get(call.region);
    if (calls) calls.push(call);
    else this.#calls.set(call.region, [call]);
    if (!isLogging) return;
    const detail = this.recordOf(call);
    timeline.after(TO_EVENTS_MS, () =>
      events.emit(call.region, {
        ...{ source: `aws.${service}`, detailType: 'AWS API Call via CloudTrail', detail, at: now },
      }),
    );
  }
}

interface NewRecord {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly context: CallContext;
  readonly isLogging: boolean;
  readonly error?: ServiceError;
  readonly isDenial?: boolean;
}
