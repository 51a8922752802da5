import { afterEach, describe, expect, it } from 'vitest';
import { ALLOWANCES_KEY, allowancesDocument } from '../../lambda/core/tripwire/allowance.ts';
import { freshMemory, MEMORY_KEY, memoryDocument } from '../../lambda/core/tripwire/memory.ts';
import type { Trigger } from '../../lambda/core/verdict/trigger.ts';
import { run } from '../../lambda/engine/run.ts';
import type { CallPattern } from '../../simulated-aws/wire/fault-rules.ts';
import { HOME, HOUR_MS, LIMIT_USD, MINUTE_MS, TickSetup } from './tick-setup.ts';

let setup: TickSetup;
afterEach(() => setup.stop());

const DAY_MS = 24 * HOUR_MS;
const SPENT_USD = 1.2 * LIMIT_USD;

/** A month past its limit, in which a machine of the owner runs again. */
function overTheLimit(): void {
  setup = new TickSetup();
  const checked = { checkedAt: setup.now, allWellAt: setup.now };
  setup.write(MEMORY_KEY, memoryDocument({ ...freshMemory(setup.now - 10 * DAY_MS), ...checked }));
  setup.account.ledger.book({ service: 'ECS', region: HOME, owner: 'owner' }, SPENT_USD);
  setup.account.budgets.refresh();
  setup.account.ec2.launch(HOME, { type: 't3.micro', count: 1, launchedBy: 'owner' });
}

const iso = (time: number) => new Date(time).toISOString();

function restored(): void {
  overTheLimit();
  setup.write(
    'current.json',
    JSON.stringify({
      ...{ schemaVersion: 1, incident: 'ks-old', triggers: ['m-0'], restoredUsd: { '2026-01': SPENT_USD } },
      ...{ openedAt: iso(setup.now - 3 * HOUR_MS), closedAt: iso(setup.now - 2 * HOUR_MS) },
    }),
  );
}

function allowed(): void {
  overTheLimit();
  const from = iso(setup.now - HOUR_MS);
  const until = iso(setup.now + HOUR_MS);
  setup.write(
    ALLOWANCES_KEY,
    allowancesDocument([{ id: 'a', usd: 50, region: HOME, from, until, reason: 'work' }]),
  );
}

const hang = (which: CallPattern) =>
  setup.setFaults({ when: { service: 's3', operation: 'GetObject', ...which }, fault: { kind: 'hang' } });
const fires = () => setup.mails.filter((subject) => subject.includes('FIRED'));

describe.each([
  ['a restore', restored],
  ['an allowance', allowed],
])('where the journal holds %s, and a read of it hangs', (_, planted) => {
  it('asks again, and stops nothing', async () => {
    planted();
    hang({ atMost: 5 });
    const before = setup.running;
    const report = await setup.tick();
    expect(report).toMatchObject({ level: 'calm' });
    expect(setup.running).toEqual(before);
    expect(fires()).toEqual([]);
  });

  it('goes by what it knew last while no read is answered, and keeps the minute', async () => {
    planted();
    const lastKnown = {};
    await setup.tick({ lastKnown });
    hang({});
    await setup.wait(5 * MINUTE_MS);
    const report = await setup.tick({ lastKnown });
    expect(report).toMatchObject({ level: 'calm', keepsPace: true });
    expect(report.problems.join()).toMatch(/the journal did not answer/);
    expect(fires()).toEqual([]);
  });

  it('fires within half a minute where it can know nothing, and money demands it', async () => {
    planted();
    hang({});
    const startedAt = setup.now;
    const report = await setup.tick();
    expect(report).toMatchObject({ level: 'fire', report: { acted: true } });
    const [stop] = setup.endpoint.calls.filter(({ operation }) => operation === 'StopInstances');
    expect(((stop?.startedAt ?? Number.NaN) - startedAt) / 1000).toBeLessThan(45);
  });

  it("does not let Budgets' message stop anything before it has asked again", async () => {
    planted();
    const message: Trigger = { source: 'budget', id: 'm-1', sentAt: iso(setup.now), text: '' };
    hang({ atMost: 4 });
    const report = await setup.during(run(setup.deps(), message));
    expect(report).toMatchObject({ acted: false, verdict: { level: 'calm' } });
    hang({});
    expect(await setup.during(run(setup.deps(), message))).toMatchObject({ acted: true });
  });
});

describe('an incident that was open when the journal was last read', () => {
  const lookAfter = async (minutes: number) => {
    setup = new TickSetup();
    const mark = { schemaVersion: 1, incident: 'ks-open', triggers: [], openedAt: iso(setup.now - 1) };
    setup.write('current.json', JSON.stringify(mark));
    const lastKnown = {};
    await setup.tick({ lastKnown });
    setup.account.ec2.launch(HOME, { type: 't3.micro', count: 1, launchedBy: 'somebody' });
    await setup.wait(minutes * MINUTE_MS);
    hang({});
    return setup.tick({ lastKnown });
  };

  it('goes on while the mark cannot be read', async () => {
    expect(await lookAfter(1)).toMatchObject({ keepsPace: true, report: { acted: true } });
    expect(setup.running).toEqual([]);
  });

  it('stops nothing later: the owner may have restored it since', async () => {
    expect(await lookAfter(30)).not.toHaveProperty('report');
    expect(setup.running).toHaveLength(1);
  });
});
