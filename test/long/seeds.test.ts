import { expect, test } from 'vitest';
import type { SeedCaseResult } from '../../lab/seeds/seed-case.ts';
import { seeds } from '../lab/seeds/seeds-command.ts';

test('a seed plays the same each time: the same calls at the same times with the same answers', async () => {
  const runs = await Promise.all([seeds('--seed', '8', '--json'), seeds('--seed', '8', '--json')]);
  const [one, other] = runs.map(({ stdout }) => JSON.parse(stdout) as SeedCaseResult);
  expect(one).toMatchObject({ seed: 8, problems: [] });
  expect(one?.calls).toBeGreaterThan(100);
  expect(other).toEqual(one);
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
});
