import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockoutBy } from '../../bin/deployed/lockout.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { SimulatedFire } from '../e2e/simulated-fire.ts';

const HOUR_MS = 3_600_000;

let setup: SimulatedFire;
beforeEach(() => {
  setup = new SimulatedFire();
  setup.account.iam.createUser('alice');
});
afterEach(() => setup.end());

/** Asks from a laptop whose clock is three days ahead, about a key of alice, who is on the list by name. */
async function ask(key: string, openedHoursAgo?: number, closed = false): Promise<string | undefined> {
  const now = setup.account.timeline.now();
  const clock = { ...systemClock, now: () => systemClock.now() + 72 * HOUR_MS };
  const allow = { accessKeys: [], users: ['alice'], instances: [], roles: [], resources: [], none: false };
  const incident = {
    ...{ schemaVersion: 1 as const, incident: 'ks-1', triggers: [] },
    openedAt: new Date(now - (openedHoursAgo ?? 0) * HOUR_MS).toISOString(),
    ...(closed ? { closedAt: new Date(now).toISOString() } : {}),
  };
  const caller = { arn: 'arn:aws:iam::111122223333:user/alice', exemptKeys: new Set([key]), unknown: false };
  const clients = new Clients(clock, deadlineAfter(60_000).signal, setup.wire());
  const deployed = { allow, ...(openedHoursAgo === undefined ? {} : { incident }) };
  return setup.conductor.runUntil(lockoutBy(deployed, caller, clients));
}

it('would the function disable a key whose user it spares by name? not one that is older than a day', async () => {
  const key = setup.account.iam.createAccessKey('alice').accessKeyId;
  await setup.pass(23 * HOUR_MS);
  expect(await ask(key)).toMatch(/was made 2026-01-31 09:00 UTC, .* list its id in allow\.accessKeys/);
  await setup.pass(2 * HOUR_MS);
  expect(await ask(key)).toBeUndefined();
  // Its next fire joins an incident that is open: there the key is new.
  expect(await ask(key, 10)).toMatch(/does not spare it/);
  expect(await ask(key, 10, true)).toBeUndefined();
});
