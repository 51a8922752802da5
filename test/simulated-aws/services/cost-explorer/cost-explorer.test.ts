import type * as api from '@aws-sdk/client-cost-explorer';
import { beforeEach, expect } from 'vitest';
import { Ledger } from '../../../../simulated-aws/core/ledger.ts';
import type { Operations } from '../../../../simulated-aws/core/service.ts';
import { COST_EXPLORER_BEHAVIOURS } from '../../../../simulated-aws/services/cost-explorer/behaviours.ts';
import { costExplorerOperations } from '../../../../simulated-aws/services/cost-explorer/cost-explorer.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from '../iam/call.ts';

const EC2 = 'Amazon Elastic Compute Cloud - Compute';

let timeline: Timeline;
let operations: Operations;

beforeEach(() => {
  timeline = new Timeline(Date.UTC(2026, 9, 31, 12));
  const ledger = new Ledger(timeline);
  operations = costExplorerOperations({ timeline, ledger });
  const start = (service: string, region: string, usdPerHour: number, owner = 'intruder') =>
    ledger.start({ id: `${service}${region}${owner}`, service, region, usdPerHour, owner });
  start('EC2', 'us-east-1', 1);
  start('EC2', 'us-east-1', 2, 'owner');
  start('EC2', 'eu-west-3', 10);
  start('Fargate', 'eu-west-3', 100);
});

const query = (more: object = {}) =>
  call<api.GetCostAndUsageResponse>(operations, 'GetCostAndUsage', {
    TimePeriod: { Start: '2026-11-01', End: '2026-11-04' },
    Granularity: 'MONTHLY',
    Metrics: ['UnblendedCost'],
    ...more,
  }).ResultsByTime ?? [];
const total = (result: api.ResultByTime | undefined) => Number(result?.Total?.['UnblendedCost']?.Amount);
const groupsOf = (...keys: string[]) =>
  Object.fromEntries(
    (query({ GroupBy: keys.map((Key) => ({ Type: 'DIMENSION', Key })) })[0]?.Groups ?? []).map(
      ({ Keys = [], Metrics }) => [Keys.join(' | '), Number(Metrics?.['UnblendedCost']?.Amount)],
    ),
  );

behaviour(COST_EXPLORER_BEHAVIOURS, 'ce-a-day-old', () => {
  timeline.advanceTo(Date.UTC(2026, 10, 1, 23));
  expect(total(query()[0])).toBe(0);
  timeline.advanceTo(Date.UTC(2026, 10, 2, 23));
  expect(total(query()[0])).toBeCloseTo(24 * 113, 6);
});

behaviour(COST_EXPLORER_BEHAVIOURS, 'ce-groups', () => {
  timeline.advanceTo(Date.UTC(2026, 10, 3));
  expect(groupsOf('SERVICE', 'REGION')).toEqual({
    [`${EC2} | us-east-1`]: 48 * 3,
    [`${EC2} | eu-west-3`]: 48 * 10,
    'Amazon Elastic Container Service | eu-west-3': 48 * 100,
  });
  expect(groupsOf('REGION')).toEqual({ 'us-east-1': 48 * 3, 'eu-west-3': 48 * 110 });
  expect(query({ Granularity: 'DAILY' }).map(total)).toEqual([24 * 113, 24 * 113, 0]);
  const months = query({ TimePeriod: { Start: '2026-10-01', End: '2026-11-04' } });
  expect(months.map(total)).toEqual([12 * 113, 48 * 113]);
  expect(months.map(({ Estimated }) => Estimated)).toEqual([false, true]);
});

behaviour(COST_EXPLORER_BEHAVIOURS, 'ce-refuses', () => {
  const period = (Start: string, End: string) => ({ TimePeriod: { Start, End } });
  const bad = [
    period('2026-11-02', '2026-11-01'),
    period('yesterday', '2026-11-01'),
    { Granularity: 'HOURLY' },
    { Filter: {} },
    { GroupBy: [{ Type: 'TAG', Key: 'team' }] },
    { Metrics: [] },
  ];
  timeline.advanceTo(Date.UTC(2026, 10, 3));
  expect(bad.map((input) => refusal(() => query(input)))).toEqual(bad.map(() => 'ValidationException'));
});
