import { afterEach, describe, expect, it } from 'vitest';
import { PRICES_KEY } from '../../lambda/core/prices/prices.ts';
import type { Signal } from '../../lambda/core/signal.ts';
import { ALLOWANCES_KEY, allowancesDocument } from '../../lambda/core/tripwire/allowance.ts';
import { freshMemory, MEMORY_KEY, memoryDocument } from '../../lambda/core/tripwire/memory.ts';
import { forever } from '../shell/memory-store.ts';
import { HOME, HOUR_MS, MINUTE_MS, TickSetup } from './tick-setup.ts';

let setup: TickSetup;
afterEach(() => setup.stop());

const launch = (region: string, type: string, count = 1) =>
  setup.account.ec2.launch(region, { type, count, launchedBy: 'somebody' });
const NO_MAIL = { when: { service: 'sns', operation: 'Publish' }, fault: { kind: 'access-denied' } } as const;
const threat = (id = 'finding-1'): Signal => ({
  ...{ kind: 'threat', id, at: '2026-01-20T09:00:00Z', region: HOME },
  ...{ text: 'GuardDuty reports mining.', type: 'CryptoCurrency:EC2/BitcoinTool.B', severity: 8 },
});
/** A memory of ten days without anything running. */
const tenDaysOld = () =>
  memoryDocument({
    ...freshMemory(setup.now - 240 * HOUR_MS),
    checkedAt: setup.now,
    allWellAt: setup.now,
  });

describe('a notice of a tick', () => {
  it('is sent once for many ticks', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    launch(HOME, 'c5.24xlarge', 2);
    await setup.wait(MINUTE_MS);
    for (let n = 0; n < 3; n++) {
      await setup.tick();
      await setup.wait(5 * MINUTE_MS);
    }
    expect(setup.mails).toEqual([expect.stringMatching(/the limit is reached in .* nothing was changed/)]);
  });

  it('is sent again, and fails the tick, when every notification failed', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    setup.setFaults(NO_MAIL);
    await expect(setup.signal(threat())).rejects.toThrow('every notification failed');
    expect(setup.memory()?.signals).toEqual([]);
    setup.setFaults();
    await setup.signal(threat());
    await setup.signal(threat());
    await setup.wait(MINUTE_MS);
    expect(setup.mails).toEqual([expect.stringMatching(/GuardDuty reports a threat/)]);
    expect(setup.memory()?.signals).toEqual(['finding-1']);
  });

  it('about a month far past its limit is sent once, not at each look', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    setup.account.ledger.book({ service: 'ECS', region: HOME, owner: 'somebody' }, 2_800);
    setup.account.budgets.refresh();
    const levels: string[] = [];
    for (let n = 0; n < 12; n++) {
      levels.push((await setup.tick()).level);
      await setup.wait(5 * MINUTE_MS);
    }
    expect(levels).toEqual(['fire', ...Array.from({ length: 11 }, () => 'calm')]);
    expect(setup.mails).toEqual([expect.stringMatching(/FIRED: nothing was left to stop/)]);
  });

  it('about a region that does not answer is sent once, for many ticks that fire', async () => {
    setup = new TickSetup();
    setup.write(
      MEMORY_KEY,
      memoryDocument({
        ...freshMemory(setup.now - 240 * HOUR_MS),
        ...{ checkedAt: setup.now, allWellAt: setup.now },
        samples: [{ at: setup.now - HOUR_MS, rates: { 'eu-west-1': 5 } }],
      }),
    );
    setup.account.ledger.book({ service: 'ECS', region: HOME, owner: 'somebody' }, 2_800);
    setup.account.budgets.refresh();
    setup.setFaults({ when: { region: 'eu-west-1' }, fault: { kind: 'server-error' } });
    for (let n = 0; n < 6; n++) {
      expect((await setup.tick()).level).toBe('fire');
      await setup.wait(5 * MINUTE_MS);
    }
    expect(setup.mails).toEqual([expect.stringMatching(/FIRED/), expect.stringMatching(/left to do/)]);
  });

  it('is also sent while an incident is contained', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    launch('eu-west-1', 'c5.24xlarge', 5);
    await setup.wait(MINUTE_MS);
    expect((await setup.tick()).level).toBe('fire');
    await setup.signal(threat());
    await setup.wait(MINUTE_MS);
    expect(setup.mails).toEqual([
      expect.stringMatching(/FIRED/),
      expect.stringMatching(/GuardDuty reports a threat/),
    ]);
  });

  it('about an allowance is sent when it begins, ends or is changed', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    const allowance = {
      ...{ id: 'allow-1', usd: 20, region: HOME, reason: 'training' },
      from: new Date(setup.now).toISOString(),
      until: new Date(setup.now + HOUR_MS).toISOString(),
    };
    const tickWith = async (change: object) => {
      setup.write(ALLOWANCES_KEY, allowancesDocument([{ ...allowance, ...change }]));
      await setup.tick();
      await setup.tick();
      await setup.wait(MINUTE_MS);
      return setup.mails.length;
    };
    expect(await tickWith({})).toBe(1);
    expect(await tickWith({ region: 'ap-south-1' })).toBe(2);
    expect(await tickWith({ until: new Date(setup.now + 20 * HOUR_MS).toISOString() })).toBe(3);
    await setup.conductor.runTo(Date.parse(allowance.until) + 1);
    expect(await tickWith({})).toBeGreaterThan(3);
    expect(setup.mails.at(-1)).toMatch(/an allowance has ended/);
  });

  it('about allowances is sent 50 times at most, for 10,000 of them', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    const crumb = {
      ...{ usd: 1e-9, region: HOME, reason: '' },
      from: new Date(setup.now).toISOString(),
      until: new Date(setup.now + HOUR_MS).toISOString(),
    };
    const many = Array.from({ length: 10_000 }, (_, n) => ({ ...crumb, id: `a-${n}` }));
    setup.write(ALLOWANCES_KEY, allowancesDocument(many));
    await setup.tick();
    await setup.tick();
    await setup.wait(MINUTE_MS);
    expect(setup.mails).toHaveLength(50);
  });

  it('about an incident that cannot be held is sent once, and again for another problem', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    launch('eu-west-1', 'c5.24xlarge', 5);
    await setup.wait(MINUTE_MS);
    await setup.tick();
    launch('eu-west-1', 't3.micro');
    await setup.wait(MINUTE_MS);
    setup.setFaults({ when: { operation: 'StopInstances' }, fault: { kind: 'access-denied' } });
    for (let n = 0; n < 3; n++) {
      const report = await setup.tick();
      expect(report.problems.join()).toMatch(/could not stop i-\w+ in eu-west-1: UnauthorizedOperation/);
      await setup.wait(MINUTE_MS);
    }
    expect(setup.mails).toEqual([expect.stringMatching(/FIRED/), expect.stringMatching(/left to do/)]);
    setup.setFaults({
      when: { operation: 'GetAccountAuthorizationDetails' },
      fault: { kind: 'access-denied' },
    });
    await setup.tick();
    await setup.wait(MINUTE_MS);
    expect(setup.mails).toHaveLength(3); // now the machine could be stopped, which has its own report
    await setup.tick();
    await setup.wait(MINUTE_MS);
    expect(setup.mails).toHaveLength(4);
  });
});

describe('the memory', () => {
  it('is written when something changes, else at most once an hour; prices only when learned', async () => {
    setup = new TickSetup();
    launch(HOME, 't3.micro');
    await setup.wait(MINUTE_MS);
    for (let n = 0; n < 25; n++) {
      await setup.tick();
      await setup.wait(5 * MINUTE_MS);
    }
    expect(setup.versions(MEMORY_KEY)).toBeLessThanOrEqual(5);
    expect(setup.versions(MEMORY_KEY)).toBeGreaterThanOrEqual(3);
    expect(setup.versions(PRICES_KEY)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['is denied', { kind: 'access-denied' }],
    ['hangs', { kind: 'hang' }],
    ['fails', { kind: 'server-error' }],
  ] as const)('is not written over when reading it %s; that is a problem', async (_, fault) => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, tenDaysOld());
    setup.setFaults({ when: { service: 's3', operation: 'GetObject' }, fault });
    const { problems } = await setup.tick();
    expect(problems.length).toBeGreaterThan(0);
    expect(setup.versions(MEMORY_KEY)).toBe(1);
  });

  it('that is malformed is written over, and the owner is notified at once, and once', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, '{"since":"for ever"}');
    const { problems } = await setup.tick();
    expect(problems).toEqual([expect.stringMatching(/^tripwire\/memory.json: /)]);
    await setup.tick();
    await setup.wait(MINUTE_MS);
    expect(setup.memory()?.schemaVersion).toBe(1);
    expect(setup.mails).toEqual([expect.stringMatching(/the kill switch itself needs you/)]);
  });

  it('that is too large is not read, and is written over', async () => {
    setup = new TickSetup();
    setup.write(MEMORY_KEY, Buffer.alloc(17 * 1024 * 1024, ' '));
    const { problems } = await setup.tick();
    expect(problems).toEqual([expect.stringMatching(/memory.json: ObjectTooLarge/)]);
    expect(setup.memory()).toBeDefined();
  });

  it('that cannot be written is a problem', async () => {
    setup = new TickSetup();
    setup.setFaults({ when: { service: 's3', operation: 'PutObject' }, fault: { kind: 'access-denied' } });
    const { problems } = await setup.tick();
    expect(problems).toEqual([expect.stringMatching(/memory.json could not be written: AccessDenied/)]);
  });

  it('that never answers delays the tick for 2 s; then it decides and contains', async () => {
    setup = new TickSetup();
    launch('eu-west-1', 'c5.24xlarge', 5);
    await setup.wait(MINUTE_MS);
    const store = { location: 'nowhere', put: forever, get: forever, list: forever };
    const report = await setup.tick({ store: Promise.resolve(store) });
    expect(report).toMatchObject({ level: 'fire', report: { acted: true } });
    expect(report.problems.join()).toMatch(/did not answer within 2 s/);
    expect(setup.running).toEqual([]);
  });
});
