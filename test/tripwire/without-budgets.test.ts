import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEMORY_KEY, memoryDocument } from '../../lambda/core/tripwire/memory.ts';
import { readStatus } from '../../lambda/engine/status.ts';
import { HOME, HOUR_MS, LIMIT_USD, TickSetup } from './tick-setup.ts';

let setup: TickSetup;
beforeEach(() => {
  setup = new TickSetup({}, { awsBudgets: false, homeRegions: [HOME, 'eu-west-1'] });
  setup.account.budgets.budgets.clear();
});
afterEach(() => setup.stop());

const callsToBudgets = () => setup.endpoint.calls.filter(({ service }) => service === 'budgets');

describe('a stack without AWS budgets', () => {
  it('asks for none: that there is none is no problem, no sign of an intruder and no mail', async () => {
    const first = await setup.tick();
    await setup.wait(25 * HOUR_MS); // beyond the daily self-check
    const later = await setup.tick();
    for (const { level, problems } of [first, later]) {
      expect(level).toBe('calm');
      expect(problems.filter((problem) => /budget/i.test(problem))).toEqual([]);
    }
    expect(setup.memory()?.alertUntil).toBeUndefined();
    expect(callsToBudgets()).toEqual([]);
  });

  it('fires by what ran alone, and says that no AWS budget took part', async () => {
    await setup.tick();
    // $0.68 an hour each; at home, and no burst.
    setup.account.ec2.launch(HOME, { type: 'c5.4xlarge', count: 1, launchedBy: 'owner' });
    await setup.wait(HOUR_MS);
    const calm = await setup.tick();
    expect(calm).toMatchObject({ level: 'calm', estimateUsd: expect.closeTo(0.68, 1) });
    await setup.wait((LIMIT_USD / 0.68) * HOUR_MS);
    const fired = await setup.tick();
    expect(fired.level).toBe('fire');
    expect(fired.reasons[0]).toMatch(
      /^estimated spend \$\d+\.\d\d \(what ran, by its prices; no AWS budget is deployed\) has reached the limit/,
    );
    expect(setup.running).toEqual([]);
  });

  it('believes no figure in its memory below what ran', async () => {
    setup.account.ec2.launch(HOME, { type: 'c5.4xlarge', count: 1, launchedBy: 'owner' });
    await setup.tick();
    await setup.wait((LIMIT_USD / 0.68) * HOUR_MS + HOUR_MS);
    const memory = setup.memory();
    if (!memory) throw new Error('no memory was written');
    const forged = { usd: 0, at: setup.now, after: setup.now, readAt: setup.now };
    setup.write(MEMORY_KEY, memoryDocument({ ...memory, actual: forged }));
    expect((await setup.tick()).level).toBe('fire');
  });

  it('has a status with its limit, and with no budget that could be read or missed', async () => {
    const { budget } = await setup.during(readStatus(setup.deps(), setup.settings));
    expect(budget).toEqual({
      limitUsd: LIMIT_USD,
      evidence: { at: expect.any(Number), budget: { notDeployed: true } },
      tampering: [],
      firesAtUsd: LIMIT_USD,
    });
    expect(callsToBudgets()).toEqual([]);
  });
});
