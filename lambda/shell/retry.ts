import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import type { Clock, Pacer } from './pacer.ts';

const MAX_ATTEMPTS = 3;
const MAX_CALL_MS = 30_000;
const BACKOFF_MS = 200;

interface CallToken extends RetryToken {
  readonly startedAt: number;
  readonly faults: number;
}

const token = (startedAt: number, count: number, faults: number): CallToken => ({
  startedAt,
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
    await this.pacer.turn(this.deadline);
    return token(this.clock.now(), 0, 0);
  }

  async refreshRetryTokenForRetry(last: RetryToken, info: RetryErrorInfo): Promise<RetryToken> {
    const { startedAt, faults } = last as CallToken;
    const count = last.getRetryCount() + 1;
    if (info.errorType === 'THROTTLING') {
      this.pacer.throttled();
      await this.pacer.turn(this.deadline);
      return token(this.clock.now(), count, faults);
    }
    const tried = faults + 1;
    const spent = this.clock.now() - startedAt;
    if (info.errorType === 'CLIENT_ERROR' || tried >= MAX_ATTEMPTS || spent >= MAX_CALL_MS)
      throw new Error('not worth another attempt');
    await this.clock.sleep(BACKOFF_MS * 2 ** faults * (0.5 + Math.random()), this.deadline);
    await this.pacer.turn(this.deadline);
    return token(startedAt, count, tried);
  }

  recordSuccess(): void {
    this.pacer.succeeded();
  }
}
