import type { DescribeStacksOutput } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { DEPLOY_BEHAVIOURS } from '../../../simulated-aws/deploy/behaviours.ts';
import { deployTemplate } from '../../../simulated-aws/deploy/deploy.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';
import { behaviour } from '../behaviour-test.ts';
import { call, refusal } from '../services/iam/call.ts';
import { REGION, writeAssembly } from './guards-assembly.ts';

const MINUTE = 60_000;
const temporary = temporaryFolder('simulated-aws-deploy-');
let assembly: string;
let account: SimulatedAccount;

beforeAll(() => {
  assembly = writeAssembly(temporary.path);
});
afterAll(() => temporary.remove());

beforeEach(() => {
  account = new SimulatedAccount({ startsAt: Date.UTC(2026, 10, 10, 9), seed: 7 });
});

const describeStacks = (StackName: string, region = REGION) =>
  call<DescribeStacksOutput>(account.services['cloudformation'], 'DescribeStacks', { StackName }, { region });

behaviour(DEPLOY_BEHAVIOURS, 'deploy-real-template', () => {
  const { outputs, region } = deployTemplate(account, assembly, 'Guards');
  const named = Object.fromEntries(outputs) as Record<'Function' | 'Queue' | 'Bucket' | 'Topic', string>;
  const deployed = account.functions.get(named.Function);
  expect(deployed).toMatchObject({ timeoutSeconds: 900, handler: 'index.handler', region: REGION });
  expect(deployed.environment).toEqual({ JOURNAL: named.Bucket });
  expect(deployed.root).toMatch(/asset\.aa$/);
  expect(deployed.deadLetterArn).toBe(account.sqs.require(named.Queue).arn);
  expect(account.iam.assumeRole(deployed.role, 'run', MINUTE).accessKeyId).toMatch(/^ASIA/);
  expect(account.s3.require(named.Bucket).versioned).toBe(true);
  expect(account.sns.topics.require(named.Topic).attributes.get('Policy')).toContain(named.Topic);
  expect(region).toBe(REGION);
  const pairs = (describeStacks('Guards').Stacks?.[0]?.Outputs ?? []).map((one) => [
    one.OutputKey,
    one.OutputValue,
  ]);
  expect(Object.fromEntries(pairs)).toEqual(named);
});

behaviour(DEPLOY_BEHAVIOURS, 'deploy-unknown-type', () => {
  const unknown = temporaryFolder('simulated-aws-deploy-');
  const folder = writeAssembly(unknown.path, { New: { Type: 'AWS::DynamoDB::Table' } });
  expect(() => deployTemplate(account, folder, 'Guards')).toThrow('AWS::DynamoDB::Table');
  unknown.remove();
});

behaviour(DEPLOY_BEHAVIOURS, 'deploy-no-stack', () => {
  deployTemplate(account, assembly, 'Guards');
  expect(refusal(() => describeStacks('Guards'))).toBe('none');
  expect(refusal(() => describeStacks('Guards', 'eu-west-1'))).toBe('ValidationError');
  expect(refusal(() => describeStacks('Other'))).toBe('ValidationError');
});

behaviour(DEPLOY_BEHAVIOURS, 'deploy-guards', () => {
  const { outputs } = deployTemplate(account, assembly, 'Guards');
  const [{ name = '' } = {}] = account.functions.all();
  expect(outputs.get('Queue')).toMatch(/^https:\/\/sqs\.us-east-1\./);
  expect([...account.iam.roles.keys()]).toContain(outputs.get('Role'));
  account.timeline.advanceTo(account.timeline.now() + 5 * MINUTE);
  expect(account.functions.invocations.map(({ event }) => event)).toEqual([
    { action: 'tick' },
    { action: 'tick' },
  ]);

  const finding = { type: 'CryptoCurrency:EC2/BitcoinTool.B!DNS' };
  account.events.emit(REGION, { source: 'aws.guardduty', detailType: 'GuardDuty Finding', detail: finding });
  const detail = { eventName: 'DeleteFunction20150331', requestParameters: { functionName: name } };
  account.events.emit(REGION, { source: 'aws.lambda', detailType: 'AWS API Call via CloudTrail', detail });
  account.sqs.deadLetter(account.sqs.require(outputs.get('Queue') ?? '').arn, {});
  account.timeline.advanceTo(account.timeline.now() + 3 * MINUTE);
  expect(account.functions.invocations.at(-1)?.event).toMatchObject({ detail: finding });
  expect(account.sns.deliveries.map(({ subject, message }) => subject ?? message)).toEqual([
    '"somebody: DeleteFunction20150331"',
    'ALARM: "Guards-failed" in US East (N. Virginia)',
  ]);
  expect([account.events.undelivered, account.scheduler.dropped, account.cloudWatch.refused]).toEqual([
    [],
    [],
    [],
  ]);
  expect(account.scheduler.require(REGION, 'default', 'Guards-tick').definition.State).toBe('ENABLED');
});
