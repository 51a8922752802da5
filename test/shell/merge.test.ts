import { expect, it } from 'vitest';
import { merge, Semaphore } from '../../lambda/shell/concurrency.ts';
import { VirtualClock } from './virtual-clock.ts';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

it('merges sources as their items come, without waiting for a slow one', async () => {
  const clock = new VirtualClock();
  async function* every(ms: number, count: number) {
    for (let n = 1; n <= count; n++) {
      await clock.sleep(ms);
      yield `${ms}:${n}`;
    }
  }
  const merged = clock.run(collect(merge([every(100, 2), every(30, 3), every(1, 0)])));
  expect(await merged).toEqual(['30:1', '30:2', '30:3', '100:1', '100:2']);
});

it('yields nothing without sources', async () => {
  expect(await collect(merge([]))).toEqual([]);
});

it('yields what came before a source failed, and then throws its error', async () => {
  async function* failing() {
    yield 1;
    throw new Error('gone');
  }
  async function* sound() {
    yield 2;
  }
  const seen: number[] = [];
  const reading = (async () => {
    for await (const item of merge<number>([failing(), sound()])) seen.push(item);
  })();
  await expect(reading).rejects.toThrow('gone');
  expect(new Set(seen)).toEqual(new Set([1, 2]));
});

it('a semaphore runs tasks in order, within its limit, also after one has failed', async () => {
  const clock = new VirtualClock();
  const semaphore = new Semaphore(2);
  let inside = 0;
  let most = 0;
  const began: number[] = [];
  const visit = async (n: number) => {
    began.push(n);
    most = Math.max(most, ++inside);
    await clock.sleep(10);
    inside -= 1;
    if (n === 1) throw new Error('fell');
  };
  const visits = Array.from({ length: 7 }, (_, n) => semaphore.run(() => visit(n)));
  const ends = await clock.run(Promise.allSettled(visits));
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  expect([most, inside]).toEqual([2, 0]);
  expect(began).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
