import { describe, expect, it } from 'vitest';
import { Pacer } from '../../lambda/shell/calls/pacer.ts';
import { deadline, strategyOf } from './pacing-setup.ts';
import { TokenBucket } from './token-bucket.ts';
import { VirtualClock } from './virtual-clock.ts';

const CALLERS = 100;
const CALLS = 700;

/** Makes calls like the SDK's retry middleware: a token, an attempt, and a new token after each refusal. */
async function work(
  bucket: { readonly capacity: number; readonly perSecond: number },
  { seed = 1, midway = (_: TokenBucket) => {} } = {},
) {
  const clock = new VirtualClock();
  const api = new TokenBucket(clock, bucket.capacity, bucket.perSecond);
  const strategy = strategyOf(new Pacer(clock), clock, deadline().signal);
  const answered: number[] = [];
  let left = CALLS;
  let random = seed;
  const oneWayMs = () => {
    random = (random * 48_271) % 2_147_483_647;
    return 15 + (random % 30);
  };

  const caller = async () => {
    while (left > 0) {
      const number = CALLS - left--;
      let token = await strategy.acquireInitialRetryToken();
      while (true) {
        await clock.sleep(oneWayMs());
        const accepted = api.take();
        await clock.sleep(oneWayMs());
        if (accepted) break;
        token = await strategy.refreshRetryTokenForRetry(token, { errorType: 'THROTTLING' });
      }
      strategy.recordSuccess(token);
      answered.push(number);
      if (answered.length === CALLS / 2) midway(api);
    }
  };
  const start = clock.now();
  await clock.run(Promise.all(Array.from({ length: CALLERS }, caller)));
  return { seconds: (clock.now() - start) / 1000, refused: api.refused, answered };
}

describe('700 calls from 100 callers through a bucket of 5 a second', () => {
  const cases = [5, 10, 20, 35, 50].flatMap((capacity) =>
    [1, 7, 999].map((seed) => [capacity, seed] as const),
  );
  it.each(cases)(
    'capacity %i: all are answered, almost at the bucket’s own rate (latencies %i)',
    async (capacity, seed) => {
      const { seconds, refused, answered } = await work({ capacity, perSecond: 5 }, { seed });
      expect(new Set(answered).size).toBe(CALLS);
      expect(seconds).toBeLessThanOrEqual((1.06 * (CALLS - capacity)) / 5);
      expect(refused).toBeLessThanOrEqual(0.15 * CALLS);
    },
  );
});

describe('an undocumented bucket', () => {
  it.each([
    { capacity: 100, perSecond: 20, why: 'EC2 Describe' },
    { capacity: 50, perSecond: 10, why: 'EC2 unfiltered Describe' },
    { capacity: 200, perSecond: 50, why: 'large' },
    { capacity: 5, perSecond: 1, why: 'small' },
    { capacity: 10, perSecond: 50, why: 'small, but refilled fast' },
  ])('is learned: $why', async ({ capacity, perSecond }) => {
    const { seconds, refused } = await work({ capacity, perSecond });
    expect(seconds).toBeLessThanOrEqual((1.25 * (CALLS - capacity)) / perSecond);
    expect(refused).toBeLessThanOrEqual(0.2 * CALLS);
  });

  it('is not slowed while it never refuses', async () => {
    const { seconds, refused } = await work({ capacity: 1000, perSecond: 100 });
    expect(refused).toBe(0);
    expect(seconds).toBeLessThan(1);
  });
});

describe('a bucket that changes half way', () => {
  it.each([
    { capacity: 20, from: 20, to: 5 },
    { capacity: 50, from: 20, to: 5 },
    { capacity: 5, from: 5, to: 1 },
  ])('is followed down from $from to $to a second with few refusals', async ({ capacity, from, to }) => {
    const midway = (api: TokenBucket) => api.refillAt(to);
    const { seconds, refused } = await work({ capacity, perSecond: from }, { midway });
    const half = CALLS / 2;
    expect(seconds).toBeLessThanOrEqual(1.25 * ((half - capacity) / from + half / to));
    expect(refused).toBeLessThanOrEqual(0.2 * CALLS);
  });

  it.each([
    { capacity: 20, from: 5, to: 20 },
    { capacity: 50, from: 5, to: 50 },
  ])('is followed up from $from to $to a second', async ({ capacity, from, to }) => {
    const midway = (api: TokenBucket) => api.refillAt(to);
    const { seconds } = await work({ capacity, perSecond: from }, { midway });
    const half = CALLS / 2;
    expect(seconds).toBeLessThanOrEqual(1.3 * ((half - capacity) / from + half / to));
  });
});

describe('turns', () => {
  const throttledPacer = (clock: VirtualClock, documented?: number) => {
    const pacer = new Pacer(clock, documented);
    pacer.throttled(clock.now());
    return pacer;
  };

  it('come in the order in which they were asked for', async () => {
    const clock = new VirtualClock();
    const pacer = throttledPacer(clock);
    const came: number[] = [];
    const asked = Array.from({ length: 40 }, (_, i) => pacer.turn().then(() => came.push(i)));
    await clock.run(Promise.all(asked));
    expect(came).toEqual([...came.keys()]);
  });

  it('come at once until the first throttle', async () => {
    const clock = new VirtualClock();
    const pacer = new Pacer(clock);
    const start = clock.now();
    expect(await Promise.all(Array.from({ length: 1000 }, () => pacer.turn()))).toEqual(
      Array(1000).fill(start),
    );
  });

  it('come later for calls that already wait when another throttle comes', async () => {
    const clock = new VirtualClock();
    const pacer = throttledPacer(clock, 4);
    const turns = Promise.all(Array.from({ length: 300 }, () => pacer.turn()));
    await clock.run(clock.sleep(3_000));
    for (let i = 0; i < 3; i++) pacer.succeeded(clock.now());
    pacer.throttled(clock.now()); // 3 in 3 s: one a second is what the bucket gives
    const cutAt = clock.now();
    const later = (await clock.run(turns)).filter((at) => at > cutAt).slice(0, 8);
    expect((later.at(-1) ?? 0) - cutAt).toBeGreaterThanOrEqual(8_000);
  });

  it('are as fast after a pause as before it', async () => {
    const clock = new VirtualClock();
    const pacer = throttledPacer(clock);
    const work = async () => {
      const sentAt = await pacer.turn();
      pacer.succeeded(sentAt);
      return sentAt;
    };
    await clock.run(Promise.all(Array.from({ length: 40 }, work)));
    pacer.throttled(await clock.run(pacer.turn()));
    const spread = (times: number[]) => (times.at(-1) ?? 0) - (times[0] ?? 0);
    const before = spread(await clock.run(Promise.all(Array.from({ length: 20 }, work))));
    await clock.run(clock.sleep(600_000));
    pacer.throttled(await clock.run(pacer.turn()));
    const after = spread(await clock.run(Promise.all(Array.from({ length: 20 }, work))));
    expect(after / before).toBeGreaterThan(0.6);
    expect(after / before).toBeLessThan(1.5);
  });

  it('end at the deadline for waiting calls, and do not delay the others', async () => {
    const clock = new VirtualClock();
    const pacer = throttledPacer(clock);
    const end = deadline();
    const patient = pacer.turn();
    const hurried = Array.from({ length: 500 }, () => pacer.turn({ signal: end.signal }));
    const last = pacer.turn();
    const start = clock.now();
    const all = Promise.allSettled([patient, ...hurried, last]);
    end.abort(new Error('time is up'));
    const answers = await clock.run(all);
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(500);
    expect(clock.now() - start).toBeLessThan(1_000);
    await expect(pacer.turn({ signal: end.signal })).rejects.toThrow('time is up');
    expect(clock.waiting).toBe(0);
  });
});
