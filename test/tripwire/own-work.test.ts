import { afterEach, expect, it } from 'vitest';
import { policyFromSettings } from '../../lambda/core/policy/policy.ts';
import { signalTrigger } from '../../lambda/core/signals/index.ts';
import { freshMemory, MEMORY_KEY, memoryDocument } from '../../lambda/core/tripwire/memory.ts';
import type { TickTrigger } from '../../lambda/tripwire/tick-deps.ts';
import { BUDGET, HOME, HOUR_MS, MINUTE_MS, TickSetup } from './tick-setup.ts';

let setup: TickSetup;
afterEach(() => setup.stop());

const ROLE = 'AWSReservedSSO_Admin_0123456789abcdef';

/** RunInstances by the owner's SSO sign-in, as EventBridge delivers it. */
function launched(): object {
  const { accountId } = setup.account;
  const at = new Date(setup.now).toISOString();
  const issuer = `arn:aws:iam::${accountId}:role/aws-reserved/sso.amazonaws.com/${ROLE}`;
  return {
    ...{ version: '0', id: 'event-1', 'detail-type': 'AWS API Call via CloudTrail', source: 'aws.ec2' },
    ...{ account: accountId, time: at, region: HOME, resources: [] },
    detail: {
      ...{ eventTime: at, eventSource: 'ec2.amazonaws.com', eventName: 'RunInstances', awsRegion: HOME },
      userIdentity: {
        type: 'AssumedRole',
        arn: `arn:aws:sts::${accountId}:assumed-role/${ROLE}/owner@example.com`,
        sessionContext: { sessionIssuer: { type: 'Role', arn: issuer } },
      },
      requestParameters: {
        instanceType: 'g5.xlarge',
        instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 1 }] },
      },
      eventID: 'act-1',
    },
  };
}

/** One g5.xlarge at home, started five minutes ago, with $20 of $50 left this month; nothing has run before. */
async function ownersWork(roles: string[] = []) {
  setup = new TickSetup({}, { monthlyBudgetUsd: 50, allow: { users: ['owner'], roles } });
  const { now } = setup;
  const tenDaysOld = freshMemory(now - 240 * HOUR_MS);
  const { budgets } = setup.account.budgets;
  const budget = budgets.get(BUDGET);
  if (!budget) throw new Error('there is no budget');
  const BudgetLimit = { Amount: '50', Unit: 'USD' };
  budgets.set(BUDGET, { ...budget, definition: { ...budget.definition, BudgetLimit } });
  setup.account.ledger.book({ service: 'ECS', region: HOME, owner: 'owner' }, 30);
  setup.account.budgets.refresh();
  setup.write(
    MEMORY_KEY,
    memoryDocument({
      ...tenDaysOld,
      actual: { usd: 30, at: now - 240 * HOUR_MS },
      checkedAt: now,
      allWellAt: now,
    }),
  );
  setup.account.ec2.launch(HOME, { type: 'g5.xlarge', count: 1, launchedBy: 'owner' });
  await setup.wait(5 * MINUTE_MS);
  const context = { account: setup.account.accountId, allow: policyFromSettings(setup.settings).allow };
  return signalTrigger(launched(), context);
}

it("the owner's launch, with $20 of $50 left, does not fire: its event raises the pace alone", async () => {
  const trigger = await ownersWork();
  expect(trigger.source).toBe('signal');
  const report = await setup.tick({}, trigger as TickTrigger);
  expect(report).toMatchObject({ level: 'warn', keepsPace: true });
  expect(report.estimateUsd).toBeGreaterThan(30);
  expect(setup.running).toHaveLength(1);
  await setup.wait(MINUTE_MS);
  const next = await setup.tick();
  expect(next).toMatchObject({ level: 'calm', keepsPace: true });
  await setup.wait(HOUR_MS);
  expect(await setup.tick()).toMatchObject({ level: 'calm', keepsPace: false });
  expect(setup.running).toHaveLength(1);
  expect(setup.mails).toEqual([
    expect.stringMatching(/the limit is reached in/),
    expect.stringMatching(/unusual activity/),
  ]);
});

it('the same by a role in allow.roles raises nothing', async () => {
  expect(await ownersWork([ROLE])).toMatchObject({
    source: 'ignored',
    reason: 'the caller is on the allowlist',
  });
});
