import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { deadlineAfter } from '../../lambda/shell/clock.ts';

it('comes, however much garbage is collected in the meantime', async () => {
  const { signal } = deadlineAfter(1_200);
  for (let round = 0; round < 200 && !signal.aborted; round++) {
    Array.from({ length: 100_000 }, () => ({}));
    await sleep(10);
  }
  expect(signal.aborted).toBe(true);
  expect((signal.reason as Error).name).toBe('TimeoutError');
});

it('comes earlier when told', () => {
  const deadline = deadlineAfter(60_000);
  deadline.abort();
  expect(deadline.signal.aborted).toBe(true);
});
