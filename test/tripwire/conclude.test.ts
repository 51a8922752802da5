import { afterEach, describe, expect, it } from 'vitest';
import { PRICES_KEY } from '../../lambda/core/prices/prices.ts';
import type { Signal } from '../../lambda/core/signal.ts';
import { ALLOWANCES_KEY, allowancesDocument } from '../../lambda/core/tripwire/allowance.ts';
import { freshMemory, MEMORY_KEY, memoryDocument } from '../../lambda/core/tripwire/memory.ts';
import { forever } from '../shell/memory-store.ts';
import { HOME, HOUR_MS, MINUTE_MS, TickGround } from './tick-setup.ts';

let ground: TickGround;
afterEach(() => ground.stop());

const launch = (region: string, type: string, count = 1) =>
  ground.account.ec2.launch(region, { type, count, launchedBy: 'somebody' });
const NO_MAIL = { when: { service: 'sns', operation: 'Publish' }, fault: { kind: 'access-denied' } } as const;
const threat = (id = 'finding-1'): Signal => ({
  ...{ kind: 'threat', id, at: '2026-01-20T09:00:00Z', region: HOME },
  ...{ text: 'GuardDuty reports mining.', type: 'CryptoCurrency:EC2/BitcoinTool.B', severity: 8 },
});
/** A memory of ten days in which nothing ran. */
const lived = () =>
  memoryDocument({
    ...freshMemory(ground.now - 240 * HOUR_MS),
    checkedAt: ground.now,
    allWellAt: ground.now,
  });

describe('what a tick tells', () => {
  it('is told once, however often it ticks', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    launch(HOME, 'c5.24xlarge', 2);
    await ground.wait(MINUTE_MS);
    for (let n = 0; n < 3; n++) {
      await ground.tick();
      await ground.wait(5 * MINUTE_MS);
    }
    expect(ground.mails).toEqual([expect.stringMatching(/the limit is reached in .* nothing was changed/)]);
  });

  it('is told again, and fails the tick, when nobody could be told', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    ground.trouble(NO_MAIL);
    await expect(ground.signal(threat())).rejects.toThrow('nobody could be notified');
    expect(ground.memory()?.signals).toEqual([]);
    ground.trouble();
    await ground.signal(threat());
    await ground.signal(threat());
    await ground.wait(MINUTE_MS);
    expect(ground.mails).toEqual([expect.stringMatching(/GuardDuty reports a threat/)]);
    expect(ground.memory()?.signals).toEqual(['finding-1']);
  });

  it('of a month far past its limit is told once, and not at each look', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    ground.account.ledger.book({ service: 'ECS', region: HOME, owner: 'somebody' }, 2_800);
    ground.account.budgets.refresh();
    const levels: string[] = [];
    for (let n = 0; n < 12; n++) {
      levels.push((await ground.tick()).level);
      await ground.wait(5 * MINUTE_MS);
    }
    expect(levels).toEqual(['fire', ...Array.from({ length: 11 }, () => 'calm')]);
    expect(ground.mails).toEqual([expect.stringMatching(/FIRED: nothing was left to stop/)]);
  });

  it('of a region that does not answer is told once, however long it fires for what ran there', async () => {
    ground = new TickGround();
    ground.write(
      MEMORY_KEY,
      memoryDocument({
        ...freshMemory(ground.now - 240 * HOUR_MS),
        ...{ checkedAt: ground.now, allWellAt: ground.now },
        samples: [{ at: ground.now - HOUR_MS, rates: { 'eu-west-1': 5 } }],
      }),
    );
    ground.account.ledger.book({ service: 'ECS', region: HOME, owner: 'somebody' }, 2_800);
    ground.account.budgets.refresh();
    ground.trouble({ when: { region: 'eu-west-1' }, fault: { kind: 'server-error' } });
    for (let n = 0; n < 6; n++) {
      expect((await ground.tick()).level).toBe('fire');
      await ground.wait(5 * MINUTE_MS);
    }
    expect(ground.mails).toEqual([expect.stringMatching(/FIRED/), expect.stringMatching(/left to do/)]);
  });

  it('is told also while an incident is contained', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    launch('eu-west-1', 'c5.24xlarge', 5);
    await ground.wait(MINUTE_MS);
    expect((await ground.tick()).level).toBe('fire');
    await ground.signal(threat());
    await ground.wait(MINUTE_MS);
    expect(ground.mails).toEqual([
      expect.stringMatching(/FIRED/),
      expect.stringMatching(/GuardDuty reports a threat/),
    ]);
  });

  it('of allowances is when each begins and when it ends, and when somebody changes one', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    const allowance = {
      ...{ id: 'allow-1', usd: 20, region: HOME, reason: 'training' },
      from: new Date(ground.now).toISOString(),
      until: new Date(ground.now + HOUR_MS).toISOString(),
    };
    const tickWith = async (change: object) => {
      ground.write(ALLOWANCES_KEY, allowancesDocument([{ ...allowance, ...change }]));
      await ground.tick();
      await ground.tick();
      await ground.wait(MINUTE_MS);
      return ground.mails.length;
    };
    expect(await tickWith({})).toBe(1);
    expect(await tickWith({ region: 'ap-south-1' })).toBe(2);
    expect(await tickWith({ until: new Date(ground.now + 20 * HOUR_MS).toISOString() })).toBe(3);
    await ground.conductor.runTo(Date.parse(allowance.until) + 1);
    expect(await tickWith({})).toBeGreaterThan(3);
    expect(ground.mails.at(-1)).toMatch(/an allowance has ended/);
  });

  it('drowns nobody in mail, however many allowances somebody writes', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    const crumb = {
      ...{ usd: 1e-9, region: HOME, reason: '' },
      from: new Date(ground.now).toISOString(),
      until: new Date(ground.now + HOUR_MS).toISOString(),
    };
    const many = Array.from({ length: 10_000 }, (_, n) => ({ ...crumb, id: `a-${n}` }));
    ground.write(ALLOWANCES_KEY, allowancesDocument(many));
    await ground.tick();
    await ground.tick();
    await ground.wait(MINUTE_MS);
    expect(ground.mails).toHaveLength(50);
  });

  it('of an incident that cannot be held is told once, and again when the trouble is another', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    launch('eu-west-1', 'c5.24xlarge', 5);
    await ground.wait(MINUTE_MS);
    await ground.tick();
    launch('eu-west-1', 't3.micro');
    await ground.wait(MINUTE_MS);
    ground.trouble({ when: { operation: 'StopInstances' }, fault: { kind: 'access-denied' } });
    for (let n = 0; n < 3; n++) {
      const report = await ground.tick();
      expect(report.problems.join()).toMatch(/stop of i-\w+ in eu-west-1 failed: UnauthorizedOperation/);
      await ground.wait(MINUTE_MS);
    }
    expect(ground.mails).toEqual([expect.stringMatching(/FIRED/), expect.stringMatching(/left to do/)]);
    ground.trouble({
      when: { operation: 'GetAccountAuthorizationDetails' },
      fault: { kind: 'access-denied' },
    });
    await ground.tick();
    await ground.wait(MINUTE_MS);
    expect(ground.mails).toHaveLength(3); // the machine could be stopped after all, which is a report of its own
    await ground.tick();
    await ground.wait(MINUTE_MS);
    expect(ground.mails).toHaveLength(4);
  });
});

describe('the memory', () => {
  it('is written when something changes, and otherwise once an hour at most; prices only when learned', async () => {
    ground = new TickGround();
    launch(HOME, 't3.micro');
    await ground.wait(MINUTE_MS);
    for (let n = 0; n < 25; n++) {
      await ground.tick();
      await ground.wait(5 * MINUTE_MS);
    }
    expect(ground.versions(MEMORY_KEY)).toBeLessThanOrEqual(5);
    expect(ground.versions(MEMORY_KEY)).toBeGreaterThanOrEqual(3);
    expect(ground.versions(PRICES_KEY)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['is refused', { kind: 'access-denied' }],
    ['hangs', { kind: 'hang' }],
    ['breaks', { kind: 'server-error' }],
  ] as const)('is not written over when the bucket %s, which is a problem', async (_, fault) => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, lived());
    ground.trouble({ when: { service: 's3', operation: 'GetObject' }, fault });
    const { problems } = await ground.tick();
    expect(problems.length).toBeGreaterThan(0);
    expect(ground.versions(MEMORY_KEY)).toBe(1);
  });

  it('that is no memory is written over, and its owner is told at once, and once', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, '{"since":"for ever"}');
    const { problems } = await ground.tick();
    expect(problems).toEqual([expect.stringMatching(/^tripwire\/memory.json: /)]);
    await ground.tick();
    await ground.wait(MINUTE_MS);
    expect(ground.memory()?.schemaVersion).toBe(1);
    expect(ground.mails).toEqual([expect.stringMatching(/the kill switch itself needs you/)]);
  });

  it('that no memory of ours could hold is not even read, and is written over', async () => {
    ground = new TickGround();
    ground.write(MEMORY_KEY, Buffer.alloc(17 * 1024 * 1024, ' '));
    const { problems } = await ground.tick();
    expect(problems).toEqual([expect.stringMatching(/memory.json: ObjectTooLarge/)]);
    expect(ground.memory()).toBeDefined();
  });

  it('that cannot be written is a problem', async () => {
    ground = new TickGround();
    ground.trouble({ when: { service: 's3', operation: 'PutObject' }, fault: { kind: 'access-denied' } });
    const { problems } = await ground.tick();
    expect(problems).toEqual([expect.stringMatching(/memory.json could not be written: AccessDenied/)]);
  });

  it('that hangs for ever lets the tick decide after 2 s, and contain', async () => {
    ground = new TickGround();
    launch('eu-west-1', 'c5.24xlarge', 5);
    await ground.wait(MINUTE_MS);
    const store = { location: 'nowhere', put: forever, get: forever, list: forever };
    const report = await ground.tick({ store: Promise.resolve(store) });
    expect(report).toMatchObject({ level: 'fire', report: { acted: true } });
    expect(report.problems.join()).toMatch(/did not answer within 2 s/);
    expect(ground.running).toEqual([]);
  });
});
