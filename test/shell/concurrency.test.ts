import { describe, expect, it } from 'vitest';
import { asTheyCome, forEachAtOnce } from '../../lambda/shell/concurrency.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('tasks at once', () => {
  it('stay within the limit, and all are done', async () => {
    let now = 0;
    let most = 0;
    const done: number[] = [];
    await forEachAtOnce([...Array(50).keys()], 7, async (n) => {
      now += 1;
      most = Math.max(most, now);
      await turn();
      now -= 1;
      done.push(n);
    });
    expect(most).toBe(7);
    expect(done.sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  });

  it('may be none, or without a limit', async () => {
    await forEachAtOnce([], 3, () => Promise.reject(new Error('never called')));
    const done: number[] = [];
    await forEachAtOnce([1, 2, 3], Number.POSITIVE_INFINITY, async (n) => void done.push(n));
    expect(done).toEqual([1, 2, 3]);
  });
});

describe('results as they come', () => {
  it('do not wait for a slow one', async () => {
    const slow = gate();
    const results = asTheyCome(
      [0, 1, 2, 3],
      4,
      async (n) => {
        if (n === 0) await slow.opened;
        return n;
      },
      turn,
    );
    expect((await results.next()).value).toEqual([1, 2, 3]);
    slow.open();
    expect((await results.next()).value).toEqual([0]);
    expect((await results.next()).done).toBe(true);
  });

  it('come together when they arrive together', async () => {
    const groups: number[][] = [];
    const oddLater = async (n: number) => {
      if (n % 2) await turn();
      return n;
    };
    const window = async () => {
      for (let turns = 0; turns < 5; turns++) await turn();
    };
    for await (const group of asTheyCome([...Array(100).keys()], 100, oddLater, window)) groups.push(group);
    expect(groups).toHaveLength(1);
    expect(groups.flat().sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
  });

  it('that are ready come before an error is thrown', async () => {
    const got: number[] = [];
    const broken = async () => {
      for await (const group of asTheyCome([0, 1, 2], 3, async (n) => {
        if (n === 2) throw new Error('the third');
        return n;
      }))
        got.push(...group);
    };
    await expect(broken()).rejects.toThrow('the third');
    expect(got).toEqual([0, 1]);
  });

  it('of nothing end at once', async () => {
    expect(await asTheyCome([], 5, async () => 1).next()).toMatchObject({ done: true });
  });
});
