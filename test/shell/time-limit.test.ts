import { expect, it } from 'vitest';
import type { Clock } from '../../lambda/shell/clock.ts';
import { atMost, within } from '../../lambda/shell/time-limit.ts';
import { VirtualClock } from './virtual-clock.ts';

const never = () => new Promise<never>(() => {});

it('gives the result of work that ends in time, and tells slower work that nobody waits', async () => {
  const clock = new VirtualClock();
  expect(await clock.run(within(clock, 1_000, 'AWS', async () => 7))).toBe(7);
  let over: AbortSignal | undefined;
  const late = within(clock, 1_000, 'AWS', (signal) => {
    over = signal;
    return never();
  });
  await expect(clock.run(late)).rejects.toMatchObject({
    name: 'TimeoutError',
    message: 'AWS did not answer within 1 s',
  });
  expect(over?.aborted).toBe(true);
});

it('counts only time in which an answer could be heard: not while this process was busy with other work', async () => {
  let now = 0;
  let isBusy = true;
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  // A timer that is due while the process is busy fires before the answer that has come meanwhile.
  const busyClock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      if (!isBusy) await turn();
      now += isBusy ? 60_000 : ms;
      isBusy = false;
    },
  };
  const answer = async () => {
    for (let turns = 0; turns < 5; turns++) await turn();
    return 'came';
  };
  expect(await within(busyClock, 2_000, 'the journal', answer)).toBe('came');
});

it('hears work that throws at once, and leaves no rejection behind', async () => {
  const clock = new VirtualClock();
  const throwing = () => {
    throw new Error('at once');
  };
  await expect(clock.run(within(clock, 1_000, 'AWS', throwing))).rejects.toThrow('at once');
});

it('waits for a promise until the limit or the deadline, and keeps no listener', async () => {
  const clock = new VirtualClock();
  const deadline = new AbortController();
  const { signal } = deadline;
  expect(await clock.run(atMost(clock, 1_000, Promise.resolve('came'), 'late', signal))).toBe('came');
  const since = clock.now();
  expect(await clock.run(atMost(clock, 1_000, never(), 'late', signal))).toBe('late');
  expect(clock.now() - since).toBe(1_000);
  const ended = atMost(clock, 60_000, never(), 'late', signal);
  deadline.abort();
  expect(await clock.run(ended)).toBe('late');
  expect(clock.now() - since).toBe(1_000);
  expect(await clock.run(atMost(clock, 60_000, never(), 'late', signal))).toBe('late');
});
