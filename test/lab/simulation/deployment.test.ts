import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploySimulation, type SimulatedDeployment } from '../../../lab/simulation/deployment.ts';
import { synthesized } from '../../../lab/simulation/synthesis.ts';

const SETTINGS = {
  email: 'owner@example.com',
  monthlyBudgetUsd: 50,
  allow: { users: ['owner'] },
  tripwire: { enabled: false },
};

describe('a deployment', () => {
  let deployment: SimulatedDeployment;

  beforeAll(async () => {
    deployment = await deploySimulation({
      settings: SETTINGS,
      account: { seed: 3 },
      prepare: ({ ec2, iam, timeline }) => {
        ec2.launch('eu-north-1', { type: 'c5.large', count: 4, launchedBy: 'intruder' });
        for (const name of ['owner', 'intruder']) {
          iam.createUser(name);
          iam.createAccessKey(name, timeline.now() - 90 * 24 * 3_600_000); // a new one is not spared by the user's name
        }
      },
    });
  });

  afterAll(() => deployment.stop());

  it('has the real stack, and no time passes', () => {
    const { account, outputs, endpoint } = deployment;
    expect(account.functions.get(outputs.FunctionName).handler).toMatch(/handler/);
    expect(account.budgets.budgets.has(outputs.BudgetName)).toBe(true);
    expect([account.timeline.now(), endpoint.received]).toEqual([Date.UTC(2026, 0, 1), 0]);
  });

  it('runs the deployed function in virtual time', async () => {
    const { account, conductor, outputs } = deployment;
    const { timeline, functions } = account;
    await conductor.runTo(timeline.now() + 60_000);
    const invocation = functions.invokeAsync(outputs.FunctionName, { action: 'fire' });
    await conductor.runUntil(invocation.done);
    await conductor.runTo(timeline.now() + 120_000);
    expect(invocation.attempts.map(({ error }) => error)).toEqual([undefined]);
    expect([...account.ec2.instances()].map(({ state }) => state)).toEqual(Array(4).fill('stopped'));
    const active = [...account.iam.users()].flatMap(({ name, keys }) =>
      keys.map(({ status }) => [name, status]),
    );
    expect(active).toEqual([
      ['owner', 'Active'],
      ['intruder', 'Inactive'],
    ]);
    expect(() => deployment.refuseDefects()).not.toThrow();
  });

  it('names calls that the account does not play', async () => {
    deployment.endpoint.notSimulated.push('ec2 CreateFleet');
    expect(() => deployment.refuseDefects()).toThrow('the simulated account has no ec2 CreateFleet');
  });

  it('is synthesized once for the same settings', async () => {
    const one = synthesized(SETTINGS, '111122223333');
    expect(synthesized({ ...SETTINGS }, '111122223333')).toBe(one);
    expect(await one).toMatch(/cdk\.out$/);
  });
});
