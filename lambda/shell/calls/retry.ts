import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import { type Draw, type ServiceLimits, undocumented } from '../../core/policy/api-limits.ts';
import type { Clock } from '../clock.ts';
import { Pacer } from './pacer.ts';

const MAX_ATTEMPTS = 3;
const MAX_CALL_MS = 30_000;
const BACKOFF_MS = 200;

/** From which bucket a call draws, and how many tokens. @param operation AWS's name: `StopInstances` */
export const drawOf = (limits: ServiceLimits | undefined, operation: string, input: unknown): Draw =>
  limits?.draw(operation, input) ?? undocumented(operation);

/** A call's draw on the pacer of its bucket. */
export interface PacedDraw {
  readonly pacer: Pacer;
  readonly cost: number;
  readonly urgent: boolean;
}

/** One pacer for each token bucket of a service in a region, made at the first draw. */
export class Pacers {
  private readonly made = new Map<string, Pacer>();

  constructor(private readonly clock: Clock) {}

  of({ bucket, refill, capacity, cost, urgent }: Draw): PacedDraw {
    const pacer = this.made.get(bucket) ?? new Pacer(this.clock, refill, capacity);
    this.made.set(bucket, pacer);
    return { pacer, cost, urgent };
  }
}

interface CallToken extends RetryToken {
  readonly draw: PacedDraw;
  /** When the first attempt after the last throttling was made. */
  readonly startedAt: number;
  /** When this attempt had its turn. */
  readonly sentAt: number;
  readonly faults: number;
}

const token = (
  own: Pick<CallToken, 'draw' | 'startedAt' | 'sentAt' | 'faults'>,
  count: number,
): CallToken => ({
  ...own,
  getRetryCount: () => count,
  getRetryDelay: () => 0,
});

/**
 * Repeats a throttled call at the pacer's rate until the run's deadline aborts it. Any other retryable fault
 * gets 3 attempts within 30 s. The SDK's standard and adaptive strategies share a quota of 500 tokens and
 * give up: at 5 requests a second, they lost 100 to 200 of 300 keys.
 */
export class DeadlineRetryStrategy implements RetryStrategyV2 {
  constructor(
    /** Called once for each call, in the async context of that call. */
    private readonly drawOn: () => PacedDraw,
    private readonly clock: Clock,
    private readonly deadline: AbortSignal,
  ) {}

  async acquireInitialRetryToken(): Promise<RetryToken> {
    const draw = this.drawOn();
    const sentAt = await this.turn(draw, false);
    return token({ draw, startedAt: sentAt, sentAt, faults: 0 }, 0);
  }

  async refreshRetryTokenForRetry(last: RetryToken, info: RetryErrorInfo): Promise<RetryToken> {
    const { draw, startedAt, sentAt, faults } = last as CallToken;
    const count = last.getRetryCount() + 1;
    if (info.errorType === 'THROTTLING' && !isQuota(info)) {
      draw.pacer.throttled(sentAt, draw.cost);
      const again = await this.turn(draw, true);
      return token({ draw, startedAt: again, sentAt: again, faults }, count);
    }
    const refused = info.errorType === 'CLIENT_ERROR' || isQuota(info);
    if (refused) this.recordSuccess(last);
    const tried = faults + 1;
    const spent = this.clock.now() - startedAt;
    if (refused || tried >= MAX_ATTEMPTS || spent >= MAX_CALL_MS)
      throw new Error('not worth another attempt');
    await this.clock.sleep(BACKOFF_MS * 2 ** faults * (0.5 + Math.random()), this.deadline);
    return token({ draw, startedAt, sentAt: await this.turn(draw, true), faults: tried }, count);
  }

  /** Also for a call that the service refused for its content: the bucket has accepted it. */
  recordSuccess(last: RetryToken): void {
    const { draw, sentAt } = last as CallToken;
    draw.pacer.succeeded(sentAt, draw.cost);
  }

  private turn({ pacer, cost, urgent }: PacedDraw, isRetry: boolean): Promise<number> {
    return pacer.turn({ cost, urgent, isRetry, signal: this.deadline });
  }
}

/**
 * The SDK takes LimitExceededException for throttling. IAM sends it, with status 409, when a quota is used
 * up, and then waiting does not help. Source: IAM API, AttachUserPolicy: LimitExceeded.
 */
const isQuota = ({ error }: RetryErrorInfo) => error?.$metadata?.httpStatusCode === 409;
