import type * as api from '@aws-sdk/client-budgets';
import { beforeEach, expect } from 'vitest';
import { Ledger } from '../../../../simulated-aws/core/ledger.ts';
import { Random } from '../../../../simulated-aws/core/random.ts';
import type { Operations } from '../../../../simulated-aws/core/service.ts';
import { BUDGETS_BEHAVIOURS } from '../../../../simulated-aws/services/budgets/behaviours.ts';
import {
  AS_SELDOM_AS_AWS,
  Budgets,
  type BudgetsOptions,
} from '../../../../simulated-aws/services/budgets/budgets.ts';
import { budgetsOperations } from '../../../../simulated-aws/services/budgets/operations.ts';
import { ResourcePolicies } from '../../../../simulated-aws/services/lambda/resource-policy.ts';
import { Sns } from '../../../../simulated-aws/services/sns/sns.ts';
import { Sqs } from '../../../../simulated-aws/services/sqs/sqs.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from '../iam/call.ts';

const AccountId = '111122223333';
const HOUR = 3_600_000;
/** Half past nine: between two looks. */
const START = Date.UTC(2026, 10, 10, 9, 30);

let timeline: Timeline;
let ledger: Ledger;
let sns: Sns;
let budgets: Budgets;
let operations: Operations;
let topic: string;

beforeEach(() => open());

function open(options: BudgetsOptions = {}): void {
  timeline = new Timeline(START);
  ledger = new Ledger(timeline);
  const services = { timeline, random: new Random(7), accountId: AccountId };
  sns = new Sns({
    ...services,
    functions: { invokeAsync() {} },
    permissions: new ResourcePolicies(),
    sqs: new Sqs(services),
  });
  budgets = new Budgets({ ...services, ledger, sns }, options);
  operations = budgetsOperations(budgets);
  topic = sns.topics.create('us-east-1', 'alarm');
  sns.topics.require(topic).attributes.set('Policy', JSON.stringify({ Statement: [ALLOW(topic)] }));
  sns.topics.subscribe(topic, 'email', 'topic@example.com');
  sns.topics.confirm('topic@example.com');
}

const ALLOW = (Resource: string) => ({
  Effect: 'Allow',
  Principal: { Service: 'budgets.amazonaws.com' },
  Action: 'sns:Publish',
  Resource,
});

const goTo = (...utc: [number, number, number]) => timeline.advanceTo(Date.UTC(2026, ...utc) + 1_000);
const spend = (usdPerHour: number) =>
  ledger.start({ id: 'i-1', service: 'EC2', region: 'us-east-1', owner: 'intruder', usdPerHour });
const notify = (Threshold: number, more: Partial<api.Notification> = {}) => ({
  Notification: { NotificationType: 'ACTUAL', ComparisonOperator: 'GREATER_THAN', Threshold, ...more },
  Subscribers: [
    { SubscriptionType: 'SNS', Address: topic },
    { SubscriptionType: 'EMAIL', Address: 'me@example.com' },
  ],
});
const definition = (more: Partial<api.Budget> = {}) => ({
  BudgetName: 'mine',
  BudgetType: 'COST',
  TimeUnit: 'MONTHLY',
  BudgetLimit: { Amount: '100', Unit: 'USD' },
  ...more,
});
const create = (NotificationsWithSubscribers: object[] = [], more: Partial<api.Budget> = {}) =>
  call(operations, 'CreateBudget', { AccountId, Budget: definition(more), NotificationsWithSubscribers });
const describeBudget = () =>
  call<api.DescribeBudgetResponse>(operations, 'DescribeBudget', { AccountId, BudgetName: 'mine' }).Budget;
/** What the history says of a month of 2026, counted from 0. */
const historyOf = (month: number) =>
  call<api.DescribeBudgetPerformanceHistoryResponse>(operations, 'DescribeBudgetPerformanceHistory', {
    AccountId,
    BudgetName: 'mine',
    TimePeriod: { Start: new Date(Date.UTC(2026, month)), End: new Date(Date.UTC(2026, month + 1)) },
  }).BudgetPerformanceHistory?.BudgetedAndActualAmountsList?.[0];
const actual = () => Number(describeBudget()?.CalculatedSpend?.ActualSpend?.Amount);

behaviour(BUDGETS_BEHAVIOURS, 'budgets-three-a-day', () => {
  create();
  spend(10);
  goTo(10, 10, 15);
  expect(actual()).toBe(0);
  goTo(10, 10, 16);
  expect(actual()).toBeCloseTo(65, 6);
  goTo(10, 10, 23);
  expect(actual()).toBeCloseTo(65, 6);
  goTo(10, 11, 0);
  expect(actual()).toBeCloseTo(145, 6);
  goTo(10, 11, 8);
  expect(actual()).toBeCloseTo(225, 6);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-late', () => {
  open({ lateHours: 6 });
  create();
  spend(10);
  goTo(10, 10, 16);
  expect(actual()).toBeCloseTo(5, 6);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-as-seldom-as-aws', () => {
  open(AS_SELDOM_AS_AWS);
  create();
  spend(1);
  const changes: { readonly at: number; readonly hoursOld: number }[] = [];
  let last = 0;
  for (let at = START; at < START + 15 * 24 * HOUR; at += HOUR / 4) {
    timeline.advanceTo(at);
    if (actual() === last) continue;
    last = actual();
    // A dollar an hour: the figure is the number of hours that it knows.
    changes.push({ at, hoursOld: (at - START) / HOUR - last });
  }
  const pauses = changes.slice(1).map(({ at }, index) => (at - (changes[index]?.at ?? 0)) / HOUR);
  expect(changes.length).toBeGreaterThan(10);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(7.75);
  const ages = changes.map(({ hoursOld }) => hoursOld);
  expect([Math.min(...ages) >= 8, Math.min(...ages) < 14]).toEqual([true, true]);
  expect([Math.max(...ages) <= 24.25, Math.max(...ages) > 16]).toEqual([true, true]);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-turn-of-the-month', () => {
  open({ lateHours: 12 });
  create([notify(480)]);
  spend(1);
  goTo(10, 30, 23);
  expect(actual()).toBeCloseTo(474.5, 6); // up to 4 o'clock
  expect(budgets.mails).toHaveLength(0);
  // December has begun, and it is still November's figure, which still grows, and alerts.
  goTo(11, 1, 1);
  expect(actual()).toBeCloseTo(482.5, 6);
  expect(budgets.mails).toHaveLength(1);
  goTo(11, 1, 11);
  expect(actual()).toBeCloseTo(490.5, 6);
  expect(Number(historyOf(10)?.ActualAmount?.Amount)).toBeCloseTo(490.5, 6);
  goTo(11, 1, 16);
  expect(actual()).toBeCloseTo(4, 6);
  expect(Number(historyOf(10)?.ActualAmount?.Amount)).toBeCloseTo(494.5, 6);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-edited', () => {
  create();
  spend(10);
  goTo(10, 10, 20);
  expect(actual()).toBeCloseTo(65, 6);
  call(operations, 'UpdateBudget', { AccountId, NewBudget: definition() });
  expect(describeBudget()?.CalculatedSpend).toMatchObject({
    ActualSpend: { Amount: '0' },
    ForecastedSpend: { Amount: '0' },
  });
  goTo(10, 11, 0);
  expect(actual()).toBeCloseTo(145, 6);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-once', () => {
  create([notify(100)]);
  spend(20);
  goTo(10, 20, 0);
  expect(sns.deliveries.map(({ at }) => new Date(at).toISOString().slice(0, 13))).toEqual(['2026-11-10T16']);
  goTo(11, 5, 0);
  expect(sns.deliveries.map(({ at }) => new Date(at).toISOString().slice(0, 13))).toEqual([
    '2026-11-10T16',
    '2026-12-01T08',
  ]);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-message', () => {
  create([notify(50), notify(100)]);
  spend(10);
  goTo(10, 10, 16);
  for (const { subject, message } of [...sns.deliveries, ...budgets.mails]) {
    expect(subject).toBe('AWS Budgets: mine has exceeded your alert threshold');
    expect(message).toContain('when the ACTUAL Cost associated with your mine budget is greater than $50.00');
    expect(message).toContain('ACTUAL Amount: $65.00');
    expect(message).toContain('AWS Budget Notification November 10, 2026');
  }
  expect([sns.deliveries.length, budgets.mails.map(({ address }) => address)]).toEqual([
    1,
    ['me@example.com'],
  ]);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-needs-policy', () => {
  sns.topics.require(topic).attributes.set('Policy', '{"Statement":[]}');
  create([notify(50)]);
  spend(10);
  goTo(10, 12, 0);
  expect([sns.deliveries.length, budgets.mails.length]).toEqual([0, 1]);
  expect(budgets.refused).toMatchObject([
    { topicArn: topic, error: expect.stringContaining('budgets.amazonaws.com') },
  ]);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-state', () => {
  create([notify(60), notify(70)]);
  const states = () =>
    call<api.DescribeNotificationsForBudgetResponse>(operations, 'DescribeNotificationsForBudget', {
      AccountId,
      BudgetName: 'mine',
    }).Notifications?.map(({ NotificationState }) => NotificationState);
  expect(states()).toEqual(['OK', 'OK']);
  spend(10);
  goTo(10, 10, 16);
  expect(states()).toEqual(['ALARM', 'OK']);
  call(operations, 'UpdateBudget', {
    AccountId,
    NewBudget: definition({ BudgetLimit: { Amount: '1000', Unit: 'USD' } }),
  });
  goTo(10, 11, 0);
  expect(states()).toEqual(['OK', 'OK']);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-forecast', () => {
  create([notify(100, { NotificationType: 'FORECASTED' })]);
  ledger.book({ service: 'EC2', region: 'us-east-1', owner: 'owner' }, 30);
  goTo(10, 11, 0); // a third of the month
  expect(Number(describeBudget()?.CalculatedSpend?.ForecastedSpend?.Amount)).toBeCloseTo(90, 6);
  expect(budgets.mails).toEqual([]);
  spend(1);
  goTo(10, 11, 8);
  expect(budgets.mails[0]?.message).toContain('when the FORECASTED Cost associated with your mine budget');
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-new-month', () => {
  create();
  spend(1);
  goTo(11, 1, 7);
  expect(actual()).toBe(0);
  goTo(11, 1, 16);
  expect(actual()).toBeCloseTo(16, 6);
  const { BudgetPerformanceHistory } = call<api.DescribeBudgetPerformanceHistoryResponse>(
    operations,
    'DescribeBudgetPerformanceHistory',
    {
      AccountId,
      BudgetName: 'mine',
      TimePeriod: { Start: new Date('2026-10-01T00:00:00Z'), End: new Date('2026-12-01T00:00:00Z') },
    },
  );
  const months = BudgetPerformanceHistory?.BudgetedAndActualAmountsList ?? [];
  expect(months.map(({ TimePeriod }) => TimePeriod?.Start?.toISOString())).toEqual([
    '2026-11-01T00:00:00.000Z',
  ]);
  expect(Number(months[0]?.ActualAmount?.Amount)).toBeCloseTo((Date.UTC(2026, 11, 1) - START) / HOUR, 6);
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-updated-time', () => {
  create();
  spend(10);
  goTo(10, 12, 0);
  expect(describeBudget()?.LastUpdatedTime?.getTime()).toBe(START);
  call(operations, 'UpdateBudget', { AccountId, NewBudget: definition({ CostFilters: { Service: ['x'] } }) });
  expect(describeBudget()).toMatchObject({
    LastUpdatedTime: new Date(timeline.now()),
    CostFilters: { Service: ['x'] },
  });
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-quotas', () => {
  const thresholds = (count: number) => Array.from({ length: count }, (_, at) => notify(at + 1));
  const withAddresses = (type: string, count: number) => ({
    ...notify(50),
    Subscribers: Array.from({ length: count }, () => ({ SubscriptionType: type, Address: 'x' })),
  });
  for (const tooMany of [thresholds(11), [withAddresses('SNS', 2)], [withAddresses('EMAIL', 11)]])
    expect(refusal(() => create(tooMany))).toBe('CreationLimitExceededException');
  expect(refusal(() => create([withAddresses('EMAIL', 0)]))).toBe('InvalidParameterException');
  expect(refusal(() => create(thresholds(10)))).toBe('none');
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-names', () => {
  create();
  expect(refusal(() => create())).toBe('DuplicateRecordException');
  const describe = (input: object) => refusal(() => call(operations, 'DescribeBudget', input));
  expect(describe({ AccountId, BudgetName: 'other' })).toBe('NotFoundException');
  expect(describe({ AccountId: '999999999999', BudgetName: 'mine' })).toBe('AccessDeniedException');
  call(operations, 'DeleteBudget', { AccountId, BudgetName: 'mine' });
  expect(describe({ AccountId, BudgetName: 'mine' })).toBe('NotFoundException');
});

behaviour(BUDGETS_BEHAVIOURS, 'budgets-subscriber-deleted', () => {
  create([notify(100)]);
  const { Notification } = notify(100);
  const remove = (SubscriptionType: string, Address: string) =>
    refusal(() =>
      call(operations, 'DeleteSubscriber', {
        ...{ AccountId, BudgetName: 'mine', Notification },
        Subscriber: { SubscriptionType, Address },
      }),
    );
  expect(remove('EMAIL', 'other@example.com')).toBe('NotFoundException');
  expect(remove('SNS', topic)).toBe('none');
  spend(1_000);
  goTo(10, 10, 16);
  expect([budgets.mails.length, sns.deliveries.length]).toEqual([1, 0]);
  expect(remove('EMAIL', 'me@example.com')).toBe('none');
  expect(remove('EMAIL', 'me@example.com')).toBe('NotFoundException');
  expect(budgets.require('mine').notifications).toEqual([]);
});
