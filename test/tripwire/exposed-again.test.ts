import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExposedKey } from '../../lambda/core/signal.ts';
import {
  alerted,
  freshMemory,
  MEMORY_KEY,
  memoryDocument,
  type TripwireMemory,
} from '../../lambda/core/tripwire/memory.ts';
import { HOUR_MS, TickSetup } from './tick-setup.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const QUARANTINE = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';
const DAY_MS = 24 * HOUR_MS;

let setup: TickSetup;
let key: string;
beforeEach(() => {
  setup = new TickSetup();
  setup.account.iam.createUser('ci');
  key = setup.account.iam.createAccessKey('ci').accessKeyId;
});
afterEach(() => setup.stop());

const user = () => setup.account.iam.directory.require('ci');
const isLockedOut = () =>
  user().attachedPolicies.includes(DENY_ALL) && user().keys.every(({ status }) => status === 'Inactive');
const isFree = () =>
  !user().attachedPolicies.includes(DENY_ALL) && user().keys.every(({ status }) => status === 'Active');
const quarantine = () => setup.account.iam.attachUserPolicy('ci', QUARANTINE);
function restoreUser() {
  setup.account.iam.directory.detach('ci', DENY_ALL);
  setup.account.iam.updateAccessKey('ci', key, 'Active');
}
/** The next look that asks who is quarantined: at the full hour. */
async function poll(change: Parameters<TickSetup['tick']>[0] = {}) {
  await setup.conductor.runTo((Math.floor(setup.now / HOUR_MS) + 1) * HOUR_MS);
  return setup.tick(change);
}
const edit = (change: (memory: TripwireMemory) => TripwireMemory) =>
  setup.write(MEMORY_KEY, memoryDocument(change(setup.memory() ?? freshMemory(setup.now))));
const told = (): string[] => setup.mails.filter((subject) => /not locked out, and AWS reports/.test(subject));

describe('a user whom the owner has restored while AWS keeps the quarantine', () => {
  it('is not locked out again, although 250 other signals came; and the owner hears of it each day', async () => {
    quarantine();
    await poll();
    expect(isLockedOut()).toBe(true);
    await poll();
    expect(told()).toEqual([]); // denied still: nothing to tell
    restoreUser();
    const signals = Array.from(
      { length: 250 },
      (_, n) => ({ kind: 'activity', id: `act-${n}`, text: 'x' }) as const,
    );
    edit((memory) => alerted(memory, signals, setup.now));
    await poll();
    await poll();
    expect(isFree()).toBe(true);
    expect(told()).toHaveLength(1);
    await setup.conductor.runTo(Math.ceil(setup.now / DAY_MS) * DAY_MS - HOUR_MS);
    await poll();
    await poll();
    expect(told()).toHaveLength(2);
    expect(isFree()).toBe(true);
  });

  it('is forgotten once the quarantine is gone: the next one locks the user out', async () => {
    quarantine();
    await poll();
    restoreUser();
    await poll();
    expect(isFree()).toBe(true);
    setup.account.iam.directory.detach('ci', QUARANTINE);
    await poll();
    expect(setup.memory()?.exposures).toEqual([]);
    quarantine();
    await poll();
    expect(isLockedOut()).toBe(true);
  });

  it('was locked out by an event that named the key alone: the poll does not do it again', async () => {
    const event: ExposedKey = {
      ...{ kind: 'exposed-key', id: 'health-1', at: '2026-01-20T09:00:00Z', region: 'global' },
      ...{ text: 'AWS Health reports an exposed key.', accessKeyIds: [key], users: [] },
    };
    await setup.wait(60_000);
    await setup.signal(event);
    expect(isLockedOut()).toBe(true);
    restoreUser();
    await poll();
    quarantine(); // AWS attaches it later
    await poll();
    expect(isFree()).toBe(true);
    // But AWS's next word about it counts, whatever is remembered.
    await setup.signal({ ...event, id: 'health-2' });
    expect(isLockedOut()).toBe(true);
  });

  it('is not locked out again since one read of the memory hangs, nor forgotten when the list fails', async () => {
    quarantine();
    await poll();
    restoreUser();
    const { store } = setup;
    let reads = 0;
    const slow: typeof store.get = (name, ...rest) =>
      name === MEMORY_KEY && reads++ === 0 ? new Promise(() => {}) : store.get(name, ...rest);
    const hanging = Object.assign(Object.create(store) as typeof store, { get: slow });
    await poll({ store: Promise.resolve(hanging) });
    expect(reads).toBeGreaterThanOrEqual(2);
    expect(isFree()).toBe(true);
    setup.setFaults({
      when: { operation: 'GetAccountAuthorizationDetails' },
      fault: { kind: 'access-denied' },
    });
    await poll();
    expect(setup.memory()?.exposures).toMatchObject([{ user: 'ci', isSeen: true }]);
  });
});

describe('a forged memory that a user was locked out', () => {
  const forge = (at: number) => ({ user: 'ci', at, isSeen: true });

  it('is heard of at the next poll', async () => {
    quarantine();
    edit((memory) => ({ ...memory, exposures: [forge(setup.now)] }));
    await poll();
    expect(isFree()).toBe(true);
    expect(told()).toHaveLength(1);
  });

  it('does not outlive a poll that comes before the quarantine', async () => {
    edit((memory) => ({ ...memory, exposures: [forge(setup.now)] }));
    await poll();
    quarantine();
    await poll();
    expect(isLockedOut()).toBe(true);
  });

  it('is heard of each day, also where it forges that the owner has heard', async () => {
    quarantine();
    const day = Math.ceil(setup.now / DAY_MS) * DAY_MS;
    await setup.conductor.runTo(day - 60_000);
    const ids = [0, 1].map((n) => `restored:${new Date(day + n * DAY_MS).toISOString().slice(0, 10)}:ci`);
    edit((memory) => ({ ...memory, exposures: [forge(setup.now)], announced: ids, checkedAt: setup.now }));
    await poll();
    expect(told()).toHaveLength(1);
  });
});

it('in a dry run it is reported once, and the user is locked out when that is over', async () => {
  quarantine();
  const dry = { policy: { ...setup.deps().policy, dryRun: true } };
  await poll(dry);
  await poll(dry);
  expect(setup.mails.filter((subject) => /dry run/.test(subject))).toHaveLength(1);
  expect(isFree()).toBe(true);
  await poll();
  expect(isLockedOut()).toBe(true);
});
