import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { deadlineAfter } from '../../lambda/shell/clock.ts';

it('a deadline aborts, also after much garbage collection', async () => {
  const { signal } = deadlineAfter(1_200);
  for (let round = 0; round < 200 && !signal.aborted; round++) {
    Array.from({ length: 100_000 }, () => ({}));
    await sleep(10);
  }
  expect(signal.aborted).toBe(true);
  expect((signal.reason as Error).name).toBe('TimeoutError');
});

it('a deadline aborts earlier by its controller', () => {
  const deadline = deadlineAfter(60_000);
  deadline.abort();
  expect(deadline.signal.aborted).toBe(true);
});
