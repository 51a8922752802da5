import { expect, test } from 'vitest';
import { scenarioOf } from '../../../lab/seeds/scenario.ts';
import { seeds } from './seeds-command.ts';

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
