import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import type { Clock, Pacer } from './pacer.ts';

const MAX_ATTEMPTS = 3;
const MAX_CALL_MS = 30_000;
const BACKOFF_MS = 200;

interface CallToken extends RetryToken {
  /** When its first attempt was made, throttled ones aside. */
  readonly startedAt: number;
  /** When this attempt had its turn. */
  readonly sentAt: number;
  readonly faults: number;
}

const token = (startedAt: number, sentAt: number, count: number, faults: number): CallToken => ({
  startedAt,
  sentAt,
  faults,
  getRetryCount: () => count,
  getRetryDelay: () => 0,
});

/**
 * Throttling is tried again, at the pacer's pace, until the run's deadline aborts the call; any other
 * retryable fault gets 3 attempts within 30 s. The SDK's standard and adaptive strategies share a quota of
 * 500 tokens and give up: 100 to 200 of 300 keys were lost in a trial at 5 requests a second.
 */
export class DeadlineRetryStrategy implements RetryStrategyV2 {
  constructor(
    private readonly pacer: Pacer,
    private readonly clock: Clock,
    private readonly deadline: AbortSignal,
  ) {}

  async acquireInitialRetryToken(): Promise<RetryToken> {
    const sentAt = await this.pacer.turn(this.deadline);
    return token(sentAt, sentAt, 0, 0);
  }

  async refreshRetryTokenForRetry(last: RetryToken, info: RetryErrorInfo): Promise<RetryToken> {
    const { startedAt, sentAt, faults } = last as CallToken;
    const count = last.getRetryCount() + 1;
    if (info.errorType === 'THROTTLING' && !isQuota(info)) {
      this.pacer.throttled(sentAt);
      const again = await this.pacer.turn(this.deadline);
      return token(again, again, count, faults);
    }
    const tried = faults + 1;
    const spent = this.clock.now() - startedAt;
    if (info.errorType === 'CLIENT_ERROR' || isQuota(info) || tried >= MAX_ATTEMPTS || spent >= MAX_CALL_MS)
      throw new Error('not worth another attempt');
    await this.clock.sleep(BACKOFF_MS * 2 ** faults * (0.5 + Math.random()), this.deadline);
    return token(startedAt, await this.pacer.turn(this.deadline), count, tried);
  }

  recordSuccess(last: RetryToken): void {
    this.pacer.succeeded((last as CallToken).sentAt);
  }
}

/**
 * The SDK counts LimitExceededException among throttling errors; IAM says it, with 409, when a quota is used up
 * (IAM API, AttachUserPolicy: LimitExceeded), and waiting does not help.
 */
const isQuota = ({ error }: RetryErrorInfo) => error?.$metadata?.httpStatusCode === 409;
