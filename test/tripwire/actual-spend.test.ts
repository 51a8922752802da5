import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lambda/shell/clock.ts';
import { readActual } from '../../lambda/tripwire/actual-spend.ts';
import { LIMIT_USD, TickSetup } from './tick-setup.ts';

const NAME = 'killswitch-usage';
let setup: TickSetup;
afterEach(() => setup.stop());

const actual = () => {
  const fixed = { name: NAME, account: setup.account.accountId, limitUsd: LIMIT_USD };
  return setup.during(readActual(setup.clients(), systemClock, fixed));
};
const definition = () => setup.account.budgets.require(NAME).definition;

describe('what Budgets says', () => {
  it('is its figure, as long as the budget is unchanged', async () => {
    setup = new TickSetup();
    setup.account.ledger.book({ service: 'EC2', region: 'us-east-1', owner: 'owner' }, 41);
    setup.account.budgets.refresh();
    expect(await actual()).toEqual({ usd: 41, edits: [] });
  });

  it.each([
    [
      'a higher limit',
      { BudgetLimit: { Amount: '1000000', Unit: 'USD' } },
      /its limit is \$1000000.00, not \$100/,
    ],
    ['a filter', { CostFilters: { Service: ['AmazonGlacier'] } }, /its filters are .*AmazonGlacier/],
    ['another period', { TimeUnit: 'ANNUALLY' as const }, /its period is ANNUALLY/],
    ['no limit at all', { BudgetLimit: undefined }, undefined],
  ])('is not used when the budget has %s', async (_, edit, says) => {
    setup = new TickSetup();
    Object.assign(definition(), edit);
    const read = await actual();
    expect(read.usd).toBeUndefined();
    if (says) expect(read.edits).toEqual([expect.stringMatching(says)]);
    else expect(read.problem).toMatch(/cannot be read/);
  });

  it.each([
    ['gone', undefined, 'NotFoundException'],
    ['closed to us', { kind: 'access-denied' } as const, 'AccessDeniedException'],
  ])('is an edit when the budget is %s', async (_, fault, code) => {
    setup = new TickSetup();
    if (fault) setup.setFaults({ when: { service: 'budgets' }, fault });
    else setup.account.budgets.budgets.clear();
    const read = await actual();
    expect(read).toMatchObject({
      usd: undefined,
      edits: [expect.stringContaining(code)],
      problem: read.edits[0],
    });
  });

  it.each(['throttle', 'server-error', 'reset', 'hang', 'garbage'] as const)(
    'is a problem and no edit when Budgets fails with %s, after 10 s at most',
    async (kind) => {
      setup = new TickSetup();
      setup.setFaults({ when: { service: 'budgets' }, fault: { kind } });
      const began = setup.now;
      const read = await actual();
      expect(read).toMatchObject({
        usd: undefined,
        edits: [],
        problem: expect.stringMatching(/cannot be read/),
      });
      expect(setup.now - began).toBeLessThanOrEqual(10_000);
    },
  );
});
