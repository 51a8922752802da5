import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { API_LIMITS } from '../../../simulated-aws/core/api-limits.ts';
import { TokenBuckets } from '../../../simulated-aws/core/token-buckets.ts';
import { LIMIT_BEHAVIOURS } from '../../../simulated-aws/services/ec2/limit-behaviours.ts';
import { Timeline } from '../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../behaviour-test.ts';

const PAGE = { MaxResults: 1000 };

function account() {
  const timeline = new Timeline(0);
  const buckets = new TokenBuckets(timeline);
  const take = (operation: string, input: object = {}, region = 'us-east-1', service = 'ec2') =>
    buckets.take({ service, region, operation, input });
  /** How many of these calls are admitted at this moment. */
  const admitted = (...call: Parameters<typeof take>) => {
    let accepted = 0;
    while (accepted < 5_000 && take(...call)) accepted++;
    return accepted;
  };
  return { timeline, take, admitted };
}

const ids = (count: number) => ({ InstanceIds: Array.from({ length: count }, (_, at) => `i-${at}`) });

describe('request throttling', () => {
  behaviour(LIMIT_BEHAVIOURS, 'ec2-limits-table', () => {
    const { timeline, admitted } = account();
    const table = [
      ['DescribeInstances', PAGE, 100, 20],
      ['DescribeRegions', {}, 100, 20],
      ['StopInstances', {}, 50, 5],
      ['ModifyInstanceAttribute', {}, 50, 5],
      ['CancelSpotInstanceRequests', {}, 50, 5],
      ['TerminateInstances', {}, 100, 5],
      ['RunInstances', {}, 5, 2],
      ['StartInstances', {}, 5, 2],
    ] as const;
    for (const [operation, input, capacity] of table) expect(admitted(operation, input)).toBe(capacity);
    timeline.advanceTo(1_000);
    for (const [operation, input, , perSecond] of table) expect(admitted(operation, input)).toBe(perSecond);
  });

  behaviour(LIMIT_BEHAVIOURS, 'ec2-limits-per-api', () => {
    const { take, admitted } = account();
    admitted('StopInstances');
    expect(take('StopInstances')).toBe(false);
    expect(take('ModifyInstanceAttribute')).toBe(true);
    expect(take('StopInstances', {}, 'eu-west-1')).toBe(true);
  });

  behaviour(LIMIT_BEHAVIOURS, 'ec2-limits-unfiltered', () => {
    const { admitted } = account();
    expect(admitted('DescribeInstances', {})).toBe(50);
    expect(admitted('DescribeInstances', { InstanceIds: ['i-1'] })).toBe(0);
    expect(admitted('DescribeInstances', { Filters: [{ Name: 'instance-id', Values: ['i-1'] }] })).toBe(100);
  });

  behaviour(LIMIT_BEHAVIOURS, 'ec2-limits-resources', () => {
    const { timeline, take } = account();
    for (const [operation, perSecond] of [
      ['StopInstances', 20],
      ['TerminateInstances', 20],
      ['StartInstances', 2],
    ] as const) {
      expect(take(operation, ids(1000))).toBe(true);
      expect(take(operation, ids(1))).toBe(false);
      timeline.advanceTo(timeline.now() + 1_000);
      expect(take(operation, ids(perSecond + 1))).toBe(false);
      expect(take(operation, ids(perSecond))).toBe(true);
    }
    expect(take('RunInstances', { MinCount: 1, MaxCount: 1000 })).toBe(true);
    expect(take('RunInstances', { MinCount: 1, MaxCount: 1 })).toBe(false);
  });

  behaviour(LIMIT_BEHAVIOURS, 'ec2-limits-nothing-taken', () => {
    const { take, admitted } = account();
    expect(take('StopInstances', ids(900))).toBe(true);
    for (let i = 0; i < 200; i++) expect(take('StopInstances', ids(200))).toBe(false);
    expect(admitted('StopInstances', ids(2))).toBe(49);
  });

  behaviour(LIMIT_BEHAVIOURS, 'ec2-limits-refill', () => {
    const waits = fc.array(fc.nat({ max: 3_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        waits,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 50 }),
        (gaps, capacity, refill) => {
          const timeline = new Timeline(0);
          const limit = {
            service: 'ec2',
            operations: /^/,
            capacity,
            refillPerSecond: refill,
            scope: 'region',
            source: 'test',
          } as const;
          const buckets = new TokenBuckets(timeline, [limit]);
          const call = { service: 'ec2', region: 'r', operation: 'StopInstances', input: {} };
          let accepted = 0;
          for (const gap of gaps) {
            timeline.advanceTo(timeline.now() + gap);
            for (let tries = 0; tries < 5; tries++) if (buckets.take(call)) accepted++;
            expect(accepted).toBeLessThanOrEqual(capacity + (refill * timeline.now()) / 1_000);
          }
          // And what has flowed in is there to be taken.
          timeline.advanceTo(timeline.now() + (capacity / refill) * 1_000 + 1);
          let admitted = 0;
          while (buckets.take(call)) admitted++;
          expect(admitted).toBe(capacity);
        },
      ),
    );
  });

  behaviour(LIMIT_BEHAVIOURS, 'ec2-limits-iam', () => {
    const { take, admitted } = account();
    const reads = admitted('ListUsers', {}, 'us-east-1', 'iam');
    expect(reads).toBeGreaterThan(0);
    expect(reads).toBeLessThan(100);
    expect(take('ListAccessKeys', {}, 'us-east-1', 'iam')).toBe(false);
    expect(take('UpdateAccessKey', {}, 'us-east-1', 'iam')).toBe(true);
    const assumed = API_LIMITS.filter(({ service }) => service === 'iam');
    expect(assumed.every(({ source }) => source.startsWith('assumption: '))).toBe(true);
  });
});
