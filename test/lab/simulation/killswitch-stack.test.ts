import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescribeStacksOutput } from '@aws-sdk/client-cloudformation';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alarmPolicyProblems } from '../../../bin/deployed/topic-policy.ts';
import { inPackage } from '../../../build/package.ts';
import { deployToSimulation } from '../../../lab/simulation/killswitch-stack.ts';
import { parseSettings } from '../../../lambda/core/settings.ts';
import { KillswitchStack } from '../../../lib/stack.ts';
import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';
import { UNLESS_HANGING } from '../../simulated-aws/hanging.ts';
import { call, refusal } from '../../simulated-aws/services/iam/call.ts';

const HOUR = 3_600_000;
const SETTINGS = {
  email: 'me@example.com',
  monthlyBudgetUsd: 50,
  allow: { accessKeys: ['AKIAIOSFODNN7EXAMPLE'] },
};

const temporary = temporaryFolder('killswitch-stack-');
const assembly = join(temporary.path, 'cdk.out');
let account: SimulatedAccount;

beforeAll(() => {
  const { context } = JSON.parse(readFileSync(inPackage('cdk.json'), 'utf8'));
  const app = new App({
    context,
    outdir: assembly,
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  new KillswitchStack(app, 'Killswitch', { settings: parseSettings(SETTINGS, 'test'), builtAt: 0 });
  app.synth();
}, UNLESS_HANGING.timeout);
afterAll(() => temporary.remove());

beforeEach(() => {
  account = new SimulatedAccount({ startsAt: Date.UTC(2026, 10, 10, 9), seed: 7 });
});

it('is deployed as CDK synthesizes it, with its own properties and outputs', () => {
  const { outputs, region } = deployToSimulation(account, assembly);
  const deployed = account.functions.get(outputs.FunctionName);
  expect(deployed).toMatchObject({ timeoutSeconds: 900, handler: 'index.handler', region });
  const code = readdirSync(deployed.root).filter((name) => name.endsWith('.mjs'));
  const texts = code.map((name) => readFileSync(join(deployed.root, name), 'utf8'));
  expect(texts.join('\n')).toContain('KILLSWITCH_JOURNAL_BUCKET');
  expect(deployed.environment).toMatchObject({
    KILLSWITCH_ACCOUNT: account.accountId,
    KILLSWITCH_BUDGET: outputs.BudgetName,
    KILLSWITCH_ALARM_TOPIC: outputs.AlarmTopicArn,
    KILLSWITCH_CONTROL_TOPIC: outputs.ControlTopicArn,
    KILLSWITCH_REPORT_TOPIC: outputs.ReportTopicArn,
    KILLSWITCH_JOURNAL_BUCKET: outputs.JournalBucketName,
  });
  expect(account.iam.assumeRole(deployed.role, 'run', HOUR).accessKeyId).toMatch(/^ASIA/);
  expect(account.s3.require(outputs.JournalBucketName).versioned).toBe(true);
  const { attributes } = account.sns.topics.require(outputs.AlarmTopicArn);
  expect(alarmPolicyProblems(attributes.get('Policy'), account.accountId)).toEqual([]);
  const stacks = call<DescribeStacksOutput>(account.services['cloudformation'], 'DescribeStacks', {
    StackName: 'Killswitch',
  });
  const pairs = (stacks.Stacks?.[0]?.Outputs ?? []).map((one) => [one.OutputKey, one.OutputValue]);
  expect(Object.fromEntries(pairs)).toMatchObject(outputs);
});

describe('a deployed alarm', () => {
  it('reaches the function at the next look at the bill, once for each threshold that was passed', () => {
    const { outputs } = deployToSimulation(account, assembly, { spendBeforeUsd: 20 });
    account.ec2.launch('eu-west-1', { type: 'c5.4xlarge', count: 10, launchedBy: 'intruder' });
    account.timeline.advanceTo(Date.UTC(2026, 10, 10, 15, 59));
    const byAlarm = () =>
      account.functions.invocations.filter(({ event }) => JSON.stringify(event).includes('aws:sns'));
    expect(byAlarm()).toEqual([]);
    account.timeline.advanceTo(Date.UTC(2026, 10, 10, 16, 1));
    // 20 + 7 h × 10 × $0.768 ≈ 73.7: over 100 and 125 per cent of 50.
    expect(byAlarm().map(({ functionName }) => functionName)).toEqual([
      outputs.FunctionName,
      outputs.FunctionName,
    ]);
    expect(byAlarm()[0]?.event).toMatchObject({
      Records: [{ Sns: { TopicArn: outputs.AlarmTopicArn, Message: expect.stringContaining('$73.') } }],
    });
    expect(account.sns.undelivered).toEqual([]);
    expect(account.budgets.refused).toEqual([]);
    expect(new Set(account.budgets.mails.map(({ address }) => address))).toEqual(new Set(['me@example.com']));
  });

  it('cannot be published by anybody in the account, not even root', () => {
    const { outputs } = deployToSimulation(account, assembly);
    const publish = (TopicArn: string) =>
      refusal(() => call(account.services['sns'], 'Publish', { TopicArn, Message: 'over' }));
    expect(publish(outputs.AlarmTopicArn)).toBe('AuthorizationError');
    expect(publish(outputs.ControlTopicArn)).toBe('none');
    expect(publish(outputs.ReportTopicArn)).toBe('none');
  });

  it('mails the report to the owner who confirmed', () => {
    const { outputs } = deployToSimulation(account, assembly, { confirmed: false });
    const report = () => {
      call(account.services['sns'], 'Publish', { TopicArn: outputs.ReportTopicArn, Message: 'done' });
      account.timeline.advanceTo(account.timeline.now() + 1_000);
      return account.sns.deliveries.length;
    };
    expect(report()).toBe(0);
    account.sns.topics.confirm('me@example.com');
    expect(report()).toBe(1);
  });
});
