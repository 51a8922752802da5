import { afterEach, expect, test } from 'vitest';
import { DENY_ALL } from '../../lambda/core/managed-policies.ts';
import { FiredAccount } from '../e2e/fired-account.ts';

let fired: FiredAccount;
afterEach(() => fired.stop());

const DAY_MS = 86_400_000;
const PER_SECOND = 5;
/** With so few calls, a tenth of the users below takes so long: a look, a deny and two changes each. */
const LIMIT_MS = 4_000;

/** An account of people who have been there for long, in which IAM takes few calls. */
async function accountOf(people: { withoutKeys: number; withKeys: number }): Promise<void> {
  const limit = (operations: RegExp) => ({
    ...{ service: 'iam', operations, capacity: PER_SECOND, refillPerSecond: PER_SECOND },
    ...{ scope: 'account' as const, shared: true as const, source: 'assumption: only for this test' },
  });
  fired = new FiredAccount({ limits: [limit(/^(List|Get)/), limit(/^/)] });
  const { iam } = fired.account;
  for (let at = 0; at < people.withoutKeys; at++) iam.createUser(`console-${at}`);
  for (let at = 0; at < people.withKeys; at++) {
    iam.createUser(`user-${at}`);
    for (let key = 0; key < 2; key++) iam.createAccessKey(`user-${at}`);
  }
  await fired.wait(30 * DAY_MS);
}

const withKeys = () => [...fired.account.iam.users()].filter(({ name }) => name.startsWith('user-'));
const undenied = () => withKeys().filter(({ attachedPolicies }) => !attachedPolicies.includes(DENY_ALL));
const active = () => withKeys().flatMap(({ keys }) => keys.filter(({ status }) => status === 'Active'));

/** Fires again each minute until nothing is left, or so often. @returns how often */
async function runsUntil(isOver: () => boolean, most: number): Promise<number> {
  let runs = 0;
  while (!isOver() && runs < most) {
    await fired.fire({}, LIMIT_MS);
    runs += 1;
    await fired.wait(60_000);
  }
  return runs;
}

test('runs that are cut off after a tenth each get further, until nobody is left', async () => {
  await accountOf({ withoutKeys: 0, withKeys: 60 });
  await fired.fire({}, LIMIT_MS);
  expect(undenied().length).toBeGreaterThan(45);
  await fired.wait(60_000);
  expect(await runsUntil(() => undenied().length === 0, 20)).toBeLessThan(20);
  // A run may be cut off between a user's deny and keys: these users are found among all that are done.
  expect(await runsUntil(() => active().length === 0, 40)).toBeLessThan(40);
});

test('nor do many users without a key stand before those who have one', async () => {
  await accountOf({ withoutKeys: 100, withKeys: 10 });
  expect(await runsUntil(() => active().length === 0, 40)).toBeLessThan(40);
});
