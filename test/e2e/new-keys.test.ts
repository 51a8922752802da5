import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allowlist, type Policy } from '../../lambda/core/policy/policy.ts';
import { composeMail } from '../../lambda/core/report/mail.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { type Clock, systemClock } from '../../lambda/shell/clock.ts';
import { SimulatedFire } from './simulated-fire.ts';

const HOUR_MS = 3_600_000;

let setup: SimulatedFire;
beforeEach(() => {
  setup = new SimulatedFire();
  setup.account.iam.createUser('alice');
});
afterEach(() => setup.end());

const sparing = (lists: Parameters<typeof allowlist>[0]): Partial<Policy> => ({
  onlyRegions: new Set(['us-east-1', 'global']),
  allow: allowlist(lists),
});
const makeKey = () => setup.account.iam.createAccessKey('alice').accessKeyId;
const statuses = () => setup.account.iam.directory.find('alice')?.keys.map(({ status }) => status) ?? [];
const isDenied = () =>
  setup.account.iam.directory.find('alice')?.attachedPolicies.some((arn) => arn.endsWith('/AWSDenyAll'));
/** A laptop whose clock is so many hours ahead of AWS's. */
const laptop = (hours: number): Clock => ({
  ...systemClock,
  now: () => systemClock.now() + hours * HOUR_MS,
});

describe.each([-72, 0, 72])('from a laptop whose clock is %i hours ahead of AWS', (hours) => {
  it('a key of the last day is disabled although its user is on the allowlist, and nothing else of that user', async () => {
    makeKey();
    await setup.pass(25 * HOUR_MS);
    const young = makeKey();
    await setup.pass(23 * HOUR_MS);
    const report = await setup.fire(sparing({ users: ['alice'] }), { clock: laptop(hours) });
    expect(statuses()).toEqual(['Active', 'Inactive']);
    expect(isDenied()).toBe(false);
    expect(report.clean).toBe(true);
    expect(report.actions).toMatchObject([
      { id: young, verb: 'disable', status: 'done', notSpared: expect.stringMatching(/allow\.accessKeys/) },
    ]);
    const { text } = composeMail(report, allKinds);
    expect(text).toMatch(
      /NOT SPARED, THOUGH THE OWNER IS\n.*alice is on the allowlist, but this was made 2026-02-01/,
    );
    expect(text).toMatch(
      /LEFT ALONE[\s\S]*iam-user alice .*on the allowlist, so not denied: sessions .* 36 hours/,
    );
  });
});

it('a key that is named itself is spared, however young', async () => {
  const young = makeKey();
  const report = await setup.fire(sparing({ users: ['alice'], accessKeys: [young] }));
  expect(statuses()).toEqual(['Active']);
  expect(report.actions).toEqual([]);
});

it('a plan says why such a key would not be spared, and changes nothing', async () => {
  makeKey();
  await setup.pass(60_000);
  const report = await setup.fire({ ...sparing({ users: ['alice'] }), dryRun: true });
  expect(statuses()).toEqual(['Active']);
  expect(composeMail(report, allKinds).text).toMatch(/NOT SPARED, THOUGH THE OWNER IS\n.*alice/);
});

it('a later run of an open incident counts from its beginning, also for a key that is made meanwhile', async () => {
  makeKey();
  await setup.pass(23 * HOUR_MS);
  await setup.fire(sparing({ users: ['alice'] }));
  expect(statuses()).toEqual(['Inactive']);
  const [first] = setup.account.iam.directory.find('alice')?.keys ?? [];
  await setup.pass(20 * HOUR_MS);
  makeKey();
  // Somebody activates the first one again: it is 43 hours old now.
  if (first) setup.account.iam.updateAccessKey('alice', first.id, 'Active');
  await setup.pass(60_000);
  await setup.fire(sparing({ users: ['alice'] }));
  expect(statuses()).toEqual(['Inactive', 'Inactive']);
});
