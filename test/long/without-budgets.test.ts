import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCli, simulatedCli } from '../cli/simulated-cli.ts';

const MINUTE_MS = 60_000;
/** Where CloudFormation does not know AWS budgets. */
const REGION = 'eu-north-1';
const STACK = ['--stack', `${REGION}/Killswitch`];

let cli: SimulatedCli;
beforeAll(async () => {
  cli = await simulatedCli(() => {}, {
    email: 'owner@example.com',
    monthlyBudgetUsd: 50,
    awsBudgets: false,
    region: REGION,
    allow: { users: ['owner'] },
  });
  cli.account.sns.topics.confirm('owner@example.com');
});
afterAll(async () => {
  // What `status` asks for beyond what the simulated account plays, it reports as unknown.
  cli.endpoint.notSimulated.length = 0;
  await cli.stop();
});

const wait = (minutes: number) => cli.conductor.runTo(cli.account.timeline.now() + minutes * MINUTE_MS);
const callsToBudgets = () => cli.endpoint.calls.filter(({ service }) => service === 'budgets');

describe('a stack without AWS budgets, deployed', () => {
  it('says in its status what it lacks, and finds nothing wrong with that', async () => {
    await wait(10);
    const { stdout, stderr } = await cli.run(['status', ...STACK]);
    expect(`${stderr}${stdout}`).toMatch(/NOT SEEN\n {2}No AWS budget is deployed \(awsBudgets is false\)/);
    expect(stdout).toMatch(/budget +\$50\.00 a month, watched by the estimate alone/);
    expect(stdout.slice(stdout.indexOf('PROBLEMS'))).not.toMatch(/budget/i);
  });

  it('says in its test what nothing proves', async () => {
    const { stdout } = await cli.run(['test-alarm', ...STACK]);
    expect(stdout).toMatch(/NOT PROVEN\n {2}No AWS budget is deployed/);
  });

  it('contains by its estimate, without a question to Budgets', async () => {
    // 20 times $3.06 an hour, outside the home region.
    cli.account.ec2.launch('us-east-1', { type: 'p3.2xlarge', count: 20, launchedBy: 'owner' });
    await wait(15);
    const states = [...cli.account.ec2.instances()].map(({ state }) => state);
    expect(states).toEqual(Array(20).fill('stopped'));
    expect(callsToBudgets()).toEqual([]);
  });
});
