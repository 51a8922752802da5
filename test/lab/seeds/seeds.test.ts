import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { inPackage } from '../../../build/package.ts';
import { scenarioOf } from '../../../lab/seeds/scenario.ts';
import type { SeedCaseResult } from '../../../lab/seeds/seed-case.ts';

const AGAINST_HANGING_MS = 600_000;
const MAIN = inPackage('lab', 'seeds', 'main.ts');

/** `npm run seeds -- …`, as a user runs it. */
function seeds(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test('a seed plays the same each time: the same calls at the same times with the same answers', {
  timeout: AGAINST_HANGING_MS,
}, async () => {
  const runs = await Promise.all([seeds('--seed', '8', '--json'), seeds('--seed', '8', '--json')]);
  const [one, other] = runs.map(({ stdout }) => JSON.parse(stdout) as SeedCaseResult);
  expect(one).toMatchObject({ seed: 8, problems: [] });
  expect(one?.calls).toBeGreaterThan(100);
  expect(other).toEqual(one);
  expect(runs.map(({ code }) => code)).toEqual([0, 0]);
});

test('a scenario comes from its seed, and from nothing else', () => {
  expect(scenarioOf(42)).toEqual(scenarioOf(42));
  expect(scenarioOf(42)).not.toEqual(scenarioOf(43));
});

test.each([
  [
    '--seed',
    'abc',
    "option '--seed <seed>' argument 'abc' is invalid. It must be a whole number from 0 to 2147483647.",
  ],
  ['--count', '-1', "option '--count <n>' argument '-1' is invalid. It must be a whole number from 1."],
  ['--sead', '3', "unknown option '--sead'"],
])('bad input is refused with the way to say it right: %s %s', async (option, value, reason) => {
  const { code, stdout, stderr } = await seeds(option, value);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(reason);
  expect(stderr).toMatch(/Usage: npm run seeds/);
});
