import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { activeAccessKeys, readAccount, runningInstances } from '../../lab/testbed/account-reader.ts';
import { PLANTER } from '../../lab/testbed/planted-account.ts';
import { monthBefore, monthOf } from '../../lambda/core/calendar.ts';
import { clientsUntil } from '../../lambda/engine/deps.ts';
import { restore } from '../../lambda/engine/restore.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { readIncident } from '../../lambda/shell/journal/incident-records.ts';
import { S3Store } from '../../lambda/shell/journal/s3-store.ts';
import { DeployedAlarm, LIMIT_USD } from './deployed-alarm.ts';

const REGIONS = ['us-east-1', 'eu-west-1'];
const SPENT_USD = 62.5;

let alarm: DeployedAlarm;
let ownerKey: string;
const machines: string[] = [];

beforeAll(async () => {
  ({ alarm, ownerKey } = await DeployedAlarm.deploy());
  const planted = alarm.testbed.account;
  for (const region of REGIONS) machines.push(...(await planted.instances(region, 2)));
  await planted.user('mallory', 2);
});
afterAll(() => alarm?.testbed.stop());

const account = () => readAccount(alarm.testbed.moto, { regions: REGIONS });
const sns = () =>
  new SNSClient({ endpoint: alarm.testbed.moto.url, region: 'us-east-1', credentials: PLANTER });
const sorted = (texts: readonly string[]) => texts.toSorted((a, b) => (a < b ? -1 : 1));

describe('an alarm that must not fire changes nothing', () => {
  test('early: the spend is below the limit', async () => {
    await alarm.budget(30);
    let id = '';
    const { mails, changes } = await alarm.during(async () => {
      id = await alarm.publish(alarm.alarmTopic, alarm.message(30));
    });
    expect(changes).toEqual([]);
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toMatch(/did not fire/);
    const [kept] = await alarm.reportsOn(id);
    expect(kept?.report).toMatchObject({ acted: false, verdict: { level: 'calm' } });
    expect(kept?.report.verdict.reasons.join()).toMatch(/\$30\.00 < limit \$50\.00/);
  });

  test("forged: somebody publishes prose while nothing was spent; the owner is told, and the topic's policy denies it", async () => {
    await alarm.budget(0);
    const { mails, changes } = await alarm.during(() =>
      alarm.publish(alarm.alarmTopic, { Message: 'Your ACTUAL Cost is $99,999. Stop everything at once.' }),
    );
    expect(changes).toEqual([]);
    expect(mails[0]?.text).toMatch(/forged/);

    const query = new GetTopicAttributesCommand({ TopicArn: alarm.alarmTopic });
    const { Attributes } = await sns().send(query);
    const publish = await runSimulation(
      {
        request: {
          principal: `arn:aws:iam::${alarm.deployment.account}:user/mallory`,
          action: 'sns:Publish',
          resource: { resource: alarm.alarmTopic, accountId: alarm.deployment.account },
          contextVariables: { 'aws:PrincipalIsAWSService': 'false', 'aws:SecureTransport': 'true' },
        },
        identityPolicies: [
          {
            name: 'admin',
            policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
          },
        ],
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: JSON.parse(Attributes?.['Policy'] ?? ''),
      },
      {},
    );
    expect(publish).toMatchObject({ overallResult: 'ExplicitlyDenied' });
  });

  test('on a foreign topic: refused before a single call is made', async () => {
    const { TopicArn = '' } = await sns().send(new CreateTopicCommand({ Name: 'foreign' }));
    const Endpoint = alarm.testbed.bridge.snsEndpoint(alarm.functionName);
    await sns().send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
    await alarm.budget(SPENT_USD);
    const { calls } = await alarm.during(() => alarm.publish(TopicArn, alarm.message(SPENT_USD)));
    expect(calls).toBe(0);
    const error = alarm.testbed.bridge.lambda.invocations.at(-1)?.attempts[0]?.error;
    expect(error?.errorMessage).toMatch(/foreign is neither the alarm topic nor the control topic/);
  });

  test.each([
    [{ action: 'explode' }, /must be fire, plan, status, test or tick.*\{"action":"fire"\}/s],
    [{}, /action/],
    ['garbage', /not a known request/],
    [null, /not a known request/],
    [{ action: 'fire', region: 'us-east-1' }, /region/],
    [{ Records: [{ EventSource: 'aws:s3' }] }, /not a message that SNS delivered/],
  ])('malformed: %j', async (event, message) => {
    const { calls } = await alarm.during(async () => {
      const { error } = await alarm.invoke(event);
      expect(error?.errorType).toBe('InputError');
      expect(error?.errorMessage).toMatch(message);
    });
    expect(calls).toBe(0);
  });

  test('plan and status, invoked directly', async () => {
    const { changes } = await alarm.during(async () => {
      const plan = await alarm.invoke({ action: 'plan' });
      const planned = plan.payload.actions.filter(({ kind }) => kind === 'ec2-instance');
      expect(sorted(planned.map(({ id }) => id))).toEqual(sorted(machines));
      expect(planned.every(({ status }) => status === 'planned')).toBe(true);
      expect(plan.payload).toMatchObject({ acted: false, mode: 'dry-run' });
      const status = await alarm.invoke({ action: 'status' });
      expect(status.payload).toMatchObject({
        mode: 'stop',
        budget: { limitUsd: LIMIT_USD, firesAtUsd: LIMIT_USD, tampering: [] },
      });
    });
    expect(changes).toEqual([]);
  });

  test("a test on the control topic gives a TEST report and mail; the control topic's fire is refused", async () => {
    const topic = alarm.deployment.outputs.ControlTopicArn;
    const { mails, changes } = await alarm.during(() =>
      alarm.publish(topic, { Message: JSON.stringify({ action: 'test', run: 'test-1' }) }),
    );
    expect(changes).toEqual([]);
    expect(mails[0]?.subject).toMatch(/TEST/);
    const [kept] = await alarm.reportsOn('test-1');
    expect(kept?.report).toMatchObject({ run: 'test-1', acted: false });
    const { calls } = await alarm.during(() =>
      alarm.publish(topic, { Message: JSON.stringify({ action: 'fire', run: 'test-2' }) }),
    );
    expect(calls).toBe(0);
  });

  test('a run that breaks half way still mails, and fails, so that Lambda tries again', async () => {
    alarm.testbed.proxy.rules.add({
      when: { service: 'sts' },
      fault: { kind: 'error', code: 'ExpiredToken', status: 403 },
    });
    const { mails, changes } = await alarm.during(async () => {
      const { error } = await alarm.invoke({ action: 'fire' });
      expect(error?.errorMessage).toMatch(/credentials: ExpiredToken/);
    });
    alarm.clearFaults();
    expect(changes).toEqual([]);
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/BROKE HALF WAY/)]);
  });

  test('and after all of that everything runs as before', async () => {
    const now = await account();
    expect(sorted(runningInstances(now))).toEqual(sorted(machines));
    expect(activeAccessKeys(now)).toHaveLength(3);
  });
});

describe('an alarm that must fire', () => {
  let incident: string;

  async function expectContained() {
    const now = await account();
    expect(runningInstances(now)).toEqual([]);
    expect(activeAccessKeys(now)).toEqual([ownerKey]);
  }

  test('two messages of one spike: both runs fire, as one incident, with one mail', async () => {
    await alarm.budget(SPENT_USD);
    const { mails } = await alarm.during(async () => {
      await alarm.publish(alarm.alarmTopic, alarm.message(SPENT_USD));
      await alarm.testbed.bridge.lambda.idle();
      alarm.deliver('message-b', SPENT_USD);
      await alarm.testbed.bridge.lambda.idle();
    });
    await expectContained();
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/FIRED: account is clean/)]);
    const fired = (await alarm.reports()).filter(({ report }) => report.acted);
    expect(fired).toHaveLength(2);
    incident = fired[0]?.report.incident ?? '';
    for (const { report, mail } of fired) {
      expect(report).toMatchObject({ incident, clean: true, gaps: [] });
      expect(report.verdict.reasons).toEqual(['actual spend $62.50 ≥ limit $50.00']);
      expect(mail).toContain(`./killswitch restore ${incident}`);
      expect(mail).toContain('actual spend $62.50 ≥ limit $50.00');
    }
    const stopped = fired.flatMap(({ report }) =>
      report.actions.flatMap(({ kind, id }) => (kind === 'ec2-instance' ? id : [])),
    );
    expect(sorted([...new Set(stopped)])).toEqual(sorted(machines));
  });

  test('the same message again, and whatever is done to the budget: fired, in words, with nothing left to do', async () => {
    await alarm.deliverAndLetJudge('message-b', SPENT_USD);
    const { proxy, bridge } = alarm.testbed;
    proxy.rules.add({ when: { operation: 'DescribeBudget' }, fault: { kind: 'access-denied' } });
    await alarm.deliverAndLetJudge('unreadable', SPENT_USD);
    alarm.clearFaults();
    await alarm.deleteBudget();
    await alarm.deliverAndLetJudge('gone', SPENT_USD);
    await alarm.budget(1, { BudgetLimit: { Amount: '5000', Unit: 'USD' } });
    await alarm.deliverAndLetJudge('raised', 1);
    await alarm.budget(1, { CostFilters: { Service: ['Amazon Simple Queue Service'] } });
    await alarm.deliverAndLetJudge('re-filtered', 1);
    await alarm.budget(1, { CostTypes: { IncludeCredit: true } });
    await alarm.deliverAndLetJudge('other cost types', 1);
    const direct = alarm.invoke({ action: 'fire', run: 'by-hand', reason: 'I saw the bill' });
    await Promise.all([direct, bridge.lambda.idle()]);
    await expectContained();

    const reasonOf: Record<string, RegExp> = {
      'message-b': /\$62\.50 ≥ limit \$50\.00/,
      unreadable: /could not be read, which counts as over: AccessDenied/,
      gone: /could not be read, which counts as over: NotFound/,
      raised: /was edited: its limit is \$5000\.00, not \$50\.00/,
      're-filtered': /was edited: its filters are .*Simple Queue/,
      'other cost types': /was edited: IncludeCredit is true/,
      'by-hand': /I saw the bill/,
    };
    for (const [id, reason] of Object.entries(reasonOf)) {
      const kept = (await alarm.reportsOn(id)).at(-1)?.report;
      expect([id, kept?.verdict.level, kept?.incident, kept?.clean]).toEqual([id, 'fire', incident, true]);
      expect(kept?.verdict.reasons.join()).toMatch(reason);
    }
    const repeats = (await alarm.reportsOn('message-b')).map(({ report }) => report.actions.length);
    expect(repeats).toContain(0);
  });

  test('a late repeat after a restore, or another message about the same money, does not fire again', async () => {
    await alarm.budget(SPENT_USD);
    await putBack();
    const { mails, changes } = await alarm.during(async () => {
      alarm.deliver('message-b', SPENT_USD);
      alarm.deliver('message-late', SPENT_USD);
      await alarm.testbed.bridge.lambda.idle();
    });
    expect(changes).toEqual([]);
    expect(mails).toHaveLength(2);
    const reasons = async (id: string) => (await alarm.reportsOn(id)).map(({ report }) => report.verdict);
    expect(await reasons('message-b')).toContainEqual({
      level: 'calm',
      reasons: [expect.stringMatching(/belongs to an incident that was restored/)],
    });
    expect(await reasons('message-late')).toEqual([
      {
        level: 'calm',
        reasons: [expect.stringMatching(/\$62\.50 is below \$75\.00, the floor since the last restore/)],
      },
    ]);
    const now = await account();
    expect(sorted(runningInstances(now))).toEqual(sorted(machines));
    expect(activeAccessKeys(now)).toHaveLength(3);
  });

  /** As the owner's command line does it, with the spend of now as the floor of the next alarm. */
  async function putBack(): Promise<void> {
    const { moto } = alarm.testbed;
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: PLANTER.accessKeyId,
      AWS_SECRET_ACCESS_KEY: PLANTER.secretAccessKey,
    });
    const clients = clientsUntil(AbortSignal.timeout(60_000));
    const store = new S3Store(clients, alarm.deployment.outputs.JournalBucketName, '', 'us-east-1', true);
    const records = await readIncident(store, incident);
    const now = Date.now(); // on the first day of a month, Budgets' figure counts for the last one
    const request = {
      records,
      named: 'all',
      dryRun: false,
      restoredUsd: { [monthOf(now)]: SPENT_USD, [monthBefore(now)]: SPENT_USD },
    } as const;
    const steps = await restore(clients, kinds, store, systemClock, request, () => {});
    expect(steps.filter(({ status }) => status === 'failed')).toEqual([]);
  }
});
