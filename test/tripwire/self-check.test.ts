import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  freshMemory,
  MEMORY_KEY,
  memoryDocument,
  type TripwireMemory,
} from '../../lambda/core/tripwire/memory.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { type Guards, guardProblems } from '../../lambda/tripwire/guards.ts';
import { storeTest } from '../../lambda/tripwire/last-test.ts';
import { HOME, HOUR_MS, MINUTE_MS, TickSetup } from './tick-setup.ts';

const DAY_MS = 24 * HOUR_MS;
const RULE = 'killswitch-signals';
const ALARM = 'killswitch-errors';

let setup: TickSetup;
let guards: Guards;
beforeEach(() => {
  setup = new TickSetup();
  guards = deployed();
});
afterEach(() => setup.stop());

/** The parts that the self-check looks at, as the stack deploys them. */
function deployed(): Guards {
  const { scheduler, events, cloudWatch, sns, accountId } = setup.account;
  const Arn = `arn:aws:lambda:${HOME}:${accountId}:function:killswitch`;
  scheduler.create(HOME, {
    Name: 'tick',
    ScheduleExpression: 'rate(1 days)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    StartDate: new Date(setup.now + 400 * DAY_MS),
    Target: { Arn, RoleArn: `arn:aws:iam::${accountId}:role/tick` },
  });
  const rule = events.putRule(HOME, { name: RULE, patternText: '{"source":["aws.health"]}' });
  rule.targets.set('function', { Id: 'function', Arn });
  cloudWatch.putAlarm(HOME, {
    AlarmName: ALARM,
    Namespace: 'AWS/Lambda',
    MetricName: 'Errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
  const alarmTopic = sns.topics.create(HOME, 'alarm');
  sns.topics.subscribe(alarmTopic, 'lambda', Arn);
  return {
    region: HOME,
    reportTopic: setup.topic,
    alarmTopic,
    schedule: 'tick',
    rules: [RULE],
    alarms: [ALARM],
  };
}
const found = () => setup.during(guardProblems(setup.clients(), systemClock, guards));
const alarm = () => {
  const [only] = setup.account.cloudWatch.in(HOME);
  if (!only) throw new Error('there is no alarm');
  return only;
};
const listeners = (topicArn: string) => setup.account.sns.topics.require(topicArn).subscriptions;

describe('the self-check', () => {
  it('finds nothing in a stack as it was deployed', async () => {
    expect(await found()).toEqual([]);
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'no address is subscribed',
      () => listeners(guards.reportTopic).clear(),
      /no e-mail address is subscribed/,
    ],
    [
      'an address was never confirmed',
      () => setup.account.sns.topics.subscribe(guards.reportTopic, 'email', 'new@example.com'),
      /new@example.com has not confirmed/,
    ],
    [
      'the alarm topic has no function',
      () => listeners(guards.alarmTopic).clear(),
      /no function is subscribed to the alarm topic/,
    ],
    [
      'the topic is gone',
      () => setup.account.sns.topics.byArn.delete(guards.alarmTopic),
      /could not check the alarm topic: NotFound/,
    ],
    [
      'the schedule is off',
      () => {
        const { definition } = setup.account.scheduler.require(HOME, 'default', 'tick');
        setup.account.scheduler.update(HOME, { ...definition, State: 'DISABLED' });
      },
      /the schedule tick is DISABLED/,
    ],
    [
      'the schedule is gone',
      () => setup.account.scheduler.delete(HOME, 'default', 'tick'),
      /could not check the schedule: ResourceNotFound/,
    ],
    [
      'a rule is off',
      () =>
        setup.account.events.putRule(HOME, {
          name: RULE,
          patternText: '{"source":["aws.health"]}',
          state: 'DISABLED',
        }),
      /the rule killswitch-signals is DISABLED/,
    ],
    [
      "an alarm's actions are disabled",
      () => Object.assign(alarm(), { actionsEnabled: false }),
      /the actions of the alarm killswitch-errors are disabled/,
    ],
    [
      'an alarm is in state ALARM',
      () => setup.account.cloudWatch.setState(alarm(), 'ALARM', 'it failed'),
      /the alarm killswitch-errors is in state ALARM: it failed/,
    ],
    [
      'an alarm is gone',
      () => Object.assign(guards, { alarms: [ALARM, 'killswitch-heartbeat'] }),
      /the alarm killswitch-heartbeat is gone/,
    ],
  ])('reports that %s, and nothing else', async (_, damage, says) => {
    damage();
    expect(await found()).toEqual([expect.stringMatching(says)]);
  });

  it.each(['throttle', 'hang', 'server-error', 'access-denied', 'garbage'] as const)(
    'reports each check that AWS answers with %s, after 10 s at most',
    async (kind) => {
      setup.setFaults({ when: () => true, fault: { kind } });
      const began = setup.now;
      const said = await found();
      expect(said).toHaveLength(5);
      for (const each of said) expect(each).toMatch(/^could not check [\w -]+: \w+/);
      expect(setup.now - began).toBeLessThanOrEqual(10_000);
    },
  );
});

describe('the time of the self-check', () => {
  const storeMemory = (change: Partial<TripwireMemory>) =>
    setup.write(MEMORY_KEY, memoryDocument({ ...freshMemory(setup.now - 40 * DAY_MS), ...change }));
  const checks = () => setup.endpoint.calls.filter(({ operation }) => operation === 'GetSchedule').length;
  const tick = () => setup.tick({ guards });

  it('is a day after the deployment, and a day after the last check', async () => {
    storeMemory({ since: setup.now - DAY_MS + 3 * MINUTE_MS });
    await tick();
    expect(checks()).toBe(0);
    await setup.wait(5 * MINUTE_MS);
    await tick();
    await tick();
    expect(checks()).toBe(1);
    await setup.wait(DAY_MS);
    await tick();
    expect(checks()).toBe(2);
  });

  it('comes each day while something is wrong, with a mail', async () => {
    storeMemory({});
    setup.account.scheduler.delete(HOME, 'default', 'tick');
    for (let day = 0; day < 2; day++) {
      await tick();
      await setup.wait(DAY_MS);
    }
    expect(setup.mails).toEqual(Array(2).fill(expect.stringMatching(/the kill switch itself needs you/)));
  });

  it('gives a mail once a month when all is well, with the last test', async () => {
    storeMemory({});
    const timings = { startedAt: '2026-01-19T00:00:00Z', endedAt: '', seconds: 4 };
    await storeTest(Promise.resolve(setup.store), { timings, actions: [], gaps: [] } as never);
    for (let day = 0; day < 32; day++) {
      await tick();
      await setup.wait(DAY_MS);
    }
    const sent = setup.account.sns.deliveries.filter(({ subject }) => /all is well/.test(subject ?? ''));
    expect(sent).toHaveLength(2);
    expect(sent[0]?.message).toMatch(/Last test 2026-01-19: looked everywhere in 4 s/);
  });

  it.each([
    ['the last check was in the future', { checkedAt: Date.UTC(2126, 0, 1) }],
    ['all was well in the future', { allWellAt: Date.UTC(2126, 0, 1) }],
  ])('is not delayed by a memory that says %s', async (_, forged) => {
    storeMemory(forged);
    await tick();
    expect(checks()).toBe(1);
  });

  it('is once a day when no memory can be read', async () => {
    setup.setFaults({ when: { operation: 'GetObject' }, fault: { kind: 'access-denied' } });
    for (let n = 0; n < 2 * 24 * 12; n += 12) {
      await tick();
      await setup.wait(HOUR_MS - (setup.now % (5 * MINUTE_MS)) + 1);
    }
    expect(checks()).toBe(2);
    expect(setup.mails).toEqual(Array(2).fill(expect.stringMatching(/itself needs you/)));
  });

  it('gives a mail about a region that stays a gap, unless the owner accepts the gap', async () => {
    storeMemory({});
    setup.setFaults({
      when: { operation: 'DescribeInstances', region: 'sa-east-1' },
      fault: { kind: 'access-denied' },
    });
    await tick();
    await setup.wait(MINUTE_MS);
    const [mail] = setup.account.sns.deliveries;
    expect(mail?.message).toMatch(/could not look at sa-east-1: UnauthorizedOperation/);
    storeMemory({});
    const { policy } = setup.deps();
    await setup.tick({ guards, policy: { ...policy, acceptDenied: new Set(['sa-east-1']) } });
    await setup.wait(MINUTE_MS);
    expect(setup.mails.at(-1)).toMatch(/all is well/);
  });
});
