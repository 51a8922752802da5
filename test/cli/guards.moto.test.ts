import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { DeleteRuleCommand, DisableRuleCommand, EnableRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateDetectorCommand, GuardDutyClient, UpdateDetectorCommand } from '@aws-sdk/client-guardduty';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkGuards } from '../../bin/deployed/guards.ts';
import { checkSight } from '../../bin/deployed/not-seen.ts';
import type { DeployedStack } from '../../bin/deployed/stack.ts';
import { cliPolicies } from '../../build/generate/docs.ts';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PLANTER } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import { parseSettings } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { guardNames } from '../../lib/names.ts';
import { unlimitedClients } from '../idle-time/clients.ts';
import { emptyApp, MINIMAL } from '../lib/synthesis.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';
import { guardClients, plantGuards } from './guards-in-moto.ts';

const ACCOUNT = '123456789012';
const functionArn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:engine`;
const stackNamed = (name: string) =>
  ({ name, region: 'us-east-1', account: ACCOUNT, functionArn }) as DeployedStack;
const ended = new AbortController();

let moto: Moto;
let proxy: RecordingProxy;
let clients: Clients;
let planted: ReturnType<typeof guardClients>;
let count = 0;
let stack: DeployedStack;

const config = () => ({ endpoint: moto.url, region: 'us-east-1', credentials: PLANTER });
/** The three links: schedule, rules, alarms. */
const guards = async () => {
  const [schedule, rules, alarms] = await checkGuards(clients, stack);
  return { schedule, rules, alarms };
};

beforeAll(async () => {
  moto = await emptyMoto();
  proxy = await startProxy(moto.url);
  process.env['AWS_ENDPOINT_URL'] = proxy.url;
  process.env['AWS_ACCESS_KEY_ID'] = PLANTER.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = PLANTER.secretAccessKey;
  clients = unlimitedClients(systemClock, ended.signal);
  planted = guardClients(moto.url);
});

afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL'];
  ended.abort();
  await proxy?.stop();
  await moto?.stop();
});

/** Each test has a stack of its own, with one rule that CloudFormation knows. */
beforeEach(async () => {
  proxy.rules.clear();
  stack = stackNamed(`Guarded${count++}`);
  const Created = {
    Type: 'AWS::Events::Rule',
    Properties: { Name: `${stack.name}-created`, EventPattern: { source: ['aws.guardduty'] } },
  };
  await new CloudFormationClient(config()).send(
    new CreateStackCommand({
      StackName: stack.name,
      TemplateBody: JSON.stringify({ Resources: { Created } }),
    }),
  );
});

describe('what wakes the function without Budgets', () => {
  it('is well when schedule, rules and alarms are there and enabled', async () => {
    await plantGuards({ endpoint: moto.url, stack: stack.name, functionArn });
    expect(await checkGuards(clients, stack)).toEqual([
      {
        link: 'schedule of the tripwire',
        ok: true,
        detail: `${stack.name}-tick, rate(5 minutes), is enabled`,
      },
      { link: 'rules for signals', ok: true, detail: '2 rules are enabled' },
      { link: 'alarms about the switch itself', ok: true, detail: '1 alarms are quiet' },
    ]);
  });

  it('is found under the names of a stack whose own name is too long for them', async () => {
    const name = 'Guarded'.padEnd(128, 'x');
    const { prefix } = guardNames(new Stack(emptyApp(), name), parseSettings(MINIMAL, 'test'));
    await plantGuards({ endpoint: moto.url, stack: name, functionArn, prefix });
    stack = stackNamed(name);
    await new CloudFormationClient(config()).send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }),
      }),
    );
    expect(await guards()).toMatchObject({
      schedule: { ok: true, detail: `${prefix}tick, rate(5 minutes), is enabled` },
      rules: { ok: true, detail: '1 rules are enabled' },
      alarms: { ok: true, detail: '1 alarms are quiet' },
    });
  });

  it('is found missing, each with what to do', async () => {
    const { schedule, alarms } = await guards();
    expect(schedule).toMatchObject({
      ok: false,
      detail: `${stack.name}-tick is not there: npx cdk deploy --revert-drift`,
    });
    expect(alarms).toMatchObject({ ok: false, detail: 'no alarms are there: npx cdk deploy --revert-drift' });
  });

  it('is found out when a schedule is disabled, or wakes something else', async () => {
    await plantGuards({ endpoint: moto.url, stack: stack.name, functionArn });
    const Name = `${stack.name}-tick`;
    const { Target, FlexibleTimeWindow, ScheduleExpression } = await planted.scheduler.send(
      new GetScheduleCommand({ Name }),
    );
    const edit = (over: object) =>
      planted.scheduler.send(
        new UpdateScheduleCommand({ Name, Target, FlexibleTimeWindow, ScheduleExpression, ...over }),
      );
    await edit({ State: 'DISABLED' });
    expect((await guards()).schedule).toMatchObject({
      ok: false,
      detail: `${Name} is DISABLED: look who did it, then npx cdk deploy --revert-drift`,
    });
    await edit({ Target: { ...Target, Arn: `${functionArn}-decoy` } });
    expect((await guards()).schedule).toMatchObject({
      ok: false,
      detail: expect.stringContaining('engine-decoy, not the function'),
    });
  });

  it('is found out when a rule is disabled, or one that CloudFormation created is gone', async () => {
    const Name = `${stack.name}-created`;
    await planted.events.send(new DisableRuleCommand({ Name }));
    expect((await guards()).rules).toMatchObject({
      ok: false,
      detail: expect.stringContaining(`${Name} is DISABLED`),
    });
    await planted.events.send(new EnableRuleCommand({ Name }));
    expect((await guards()).rules).toMatchObject({ ok: true });
    await planted.events.send(new DeleteRuleCommand({ Name }));
    expect((await guards()).rules).toMatchObject({
      ok: false,
      detail: expect.stringContaining(`${Name} was deleted`),
    });
  });

  it('is found out when an alarm rings, or tells nobody', async () => {
    await plantGuards({ endpoint: moto.url, stack: stack.name, functionArn });
    const AlarmName = `${stack.name}-planted`;
    await planted.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName, StateValue: 'ALARM', StateReason: 'test' }),
    );
    expect((await guards()).alarms).toMatchObject({
      ok: false,
      detail: expect.stringContaining('is in ALARM'),
    });
    await planted.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'test' }),
    );
    const { MetricAlarms: [alarm] = [] } = await planted.cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
    );
    // As DisableAlarmActions leaves it, which moto has not.
    await planted.cloudWatch.send(
      new PutMetricAlarmCommand({ ...(alarm as PutMetricAlarmCommandInput), ActionsEnabled: false }),
    );
    expect((await guards()).alarms).toMatchObject({
      ok: false,
      detail: expect.stringContaining('tells nobody'),
    });
  });

  it('is said to be unknown where nobody may look, one by one', async () => {
    await plantGuards({ endpoint: moto.url, stack: stack.name, functionArn });
    proxy.rules.add({ when: { service: 'scheduler' }, fault: { kind: 'access-denied' } });
    const { schedule, rules } = await guards();
    expect(schedule).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^could not be looked at: AccessDenied/),
    });
    expect(rules).toMatchObject({ ok: true });
    proxy.rules.add({ when: { operation: 'ListStackResources' }, fault: { kind: 'access-denied' } });
    expect((await guards()).rules).toMatchObject({
      ok: false,
      detail: expect.stringContaining('AccessDenied'),
    });
  });
});

describe('who else watches', () => {
  it('is nobody, then a trail that logs and GuardDuty, until they are switched off', async () => {
    expect(await checkSight(clients, stack)).toEqual({ trail: false, guardDuty: false });
    const trails = new CloudTrailClient(config());
    const guardDuty = new GuardDutyClient(config());
    await new S3Client({ ...config(), forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: 'trail' }),
    );
    await trails.send(
      new CreateTrailCommand({ Name: 'main', S3BucketName: 'trail', IsMultiRegionTrail: true }),
    );
    expect(await checkSight(clients, stack)).toEqual({ trail: false, guardDuty: false }); // it does not log
    await trails.send(new StartLoggingCommand({ Name: 'main' }));
    const { DetectorId } = await guardDuty.send(new CreateDetectorCommand({ Enable: true }));
    expect(await checkSight(clients, stack)).toEqual({ trail: true, guardDuty: true });
    await guardDuty.send(new UpdateDetectorCommand({ DetectorId, Enable: false }));
    expect(await checkSight(clients, stack)).toEqual({ trail: true, guardDuty: false });
    proxy.rules.add({
      when: { operation: /^(GetTrailStatus|GET \/detector)$/ },
      fault: { kind: 'access-denied' },
    });
    const { trail, guardDuty: refused } = await checkSight(clients, stack);
    expect(trail).toMatchObject({ unknown: expect.stringContaining('AccessDenied') });
    expect(refused).toMatchObject({ unknown: expect.stringContaining('AccessDenied') });
  });
});

it('needs no more than the documented policy allows', async () => {
  await plantGuards({ endpoint: moto.url, stack: stack.name, functionArn });
  proxy.forgetCalls();
  await Promise.all([checkGuards(clients, stack), checkSight(clients, stack)]);
  const prefix: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };
  /** REST calls carry a path instead of a name. */
  const named = (operation: string) =>
    operation
      .replace(/^GET \/schedules\/.+$/, 'GetSchedule')
      .replace(/^GET \/detector$/, 'ListDetectors')
      .replace(/^GET \/detector\/.+$/, 'GetDetector');
  const made = new Set(
    proxy.calls.map(({ service, operation }) => `${prefix[service] ?? service}:${named(operation)}`),
  );
  const { deployed } = cliPolicies(allKinds) as { deployed: { Statement: { Action: string[] }[] } };
  const allowed = deployed.Statement.flatMap(({ Action }) => Action);
  expect(made.size).toBe(8);
  expect([...made].filter((call) => !allowed.includes(call))).toEqual([]);
});
