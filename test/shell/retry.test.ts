import { describe, expect, it } from 'vitest';
import { Pacer } from '../../lambda/shell/calls/pacer.ts';
import { deadline, strategyOf } from './pacing-setup.ts';
import { VirtualClock } from './virtual-clock.ts';

describe('attempts', () => {
  const strategyAt = (clock: VirtualClock, { signal } = deadline()) =>
    strategyOf(new Pacer(clock), clock, signal);

  it('after a fault: two more', async () => {
    const clock = new VirtualClock();
    const strategy = strategyAt(clock);
    let token = await strategy.acquireInitialRetryToken();
    token = await clock.run(strategy.refreshRetryTokenForRetry(token, { errorType: 'SERVER_ERROR' }));
    token = await clock.run(strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' }));
    expect(token.getRetryCount()).toBe(2);
    await expect(strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' })).rejects.toThrow();
  });

  it('after a fault and 30 s: none', async () => {
    const clock = new VirtualClock();
    const strategy = strategyAt(clock);
    const token = await strategy.acquireInitialRetryToken();
    await clock.run(clock.sleep(30_000));
    await expect(strategy.refreshRetryTokenForRetry(token, { errorType: 'TRANSIENT' })).rejects.toThrow();
  });

  it('after a refusal: none', async () => {
    const strategy = strategyAt(new VirtualClock());
    const token = await strategy.acquireInitialRetryToken();
    await expect(strategy.refreshRetryTokenForRetry(token, { errorType: 'CLIENT_ERROR' })).rejects.toThrow();
  });

  it('after a throttle: a hundred, without using the attempts for faults', async () => {
    const clock = new VirtualClock();
    const strategy = strategyAt(clock);
    let token = await strategy.acquireInitialRetryToken();
    for (let i = 0; i < 100; i++)
      token = await clock.run(strategy.refreshRetryTokenForRetry(token, { errorType: 'THROTTLING' }));
    token = await clock.run(strategy.refreshRetryTokenForRetry(token, { errorType: 'SERVER_ERROR' }));
    expect(token.getRetryCount()).toBe(101);
  });

  it('after the deadline: none', async () => {
    const clock = new VirtualClock();
    const end = deadline();
    const strategy = strategyAt(clock, end);
    const token = await strategy.acquireInitialRetryToken();
    const waits = Promise.allSettled([
      strategy.refreshRetryTokenForRetry(token, { errorType: 'THROTTLING' }),
      strategy.refreshRetryTokenForRetry(token, { errorType: 'SERVER_ERROR' }),
    ]);
    end.abort(new Error('time is up'));
    const answers = await clock.run(waits);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(strategy.acquireInitialRetryToken()).rejects.toThrow('time is up');
  });
});
