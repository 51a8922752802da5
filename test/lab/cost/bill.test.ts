import { describe, expect, it } from 'vitest';
import { billFor } from '../../../lab/cost/bill.ts';
import { CallCounter, priceOfCall } from '../../../lab/cost/call-counter.ts';
import { PRICES } from '../../../lab/cost/prices.ts';
import { logBytesOf } from '../../../lab/cost/recording.ts';
import { money } from '../../../lab/cost/table.ts';

const call = (service: string, operation: string, region = 'us-east-1', accessKeyId = 'ASIA1') => ({
  ...{ sequence: 1, service, operation, region, accessKeyId, input: {}, startedAt: 0 },
});

describe('a bill', () => {
  it('takes the free units off what is used, never more', () => {
    const { lines, usd, usdBeyondFree } = billFor({
      'lambda-duration': 500_000,
      's3-get': 1_000_000,
      'alarm-metrics': 6,
    });
    expect(lines.map((line) => [line.id, line.usd, line.usdBeyondFree])).toEqual([
      ['lambda-duration', expect.closeTo(6.6667, 4), expect.closeTo(1.33334, 4)],
      ['s3-get', expect.closeTo(0.4, 6), expect.closeTo(0.4, 6)],
      ['alarm-metrics', expect.closeTo(0.6, 6), 0],
    ]);
    expect([usd, usdBeyondFree]).toEqual([expect.closeTo(7.6667, 4), expect.closeTo(1.73334, 4)]);
  });

  it('has a source for every price', () => {
    for (const { source, usd } of Object.values(PRICES)) {
      expect(source).toMatch(/^(as for |https:\/\/aws\.amazon\.com|AWS Price List)/);
      expect(usd).toBeGreaterThan(0);
    }
  });

  it('shows small sums as what they are', () => {
    expect([0, 0.00001, 0.0173, 0.731, 3.6].map(money)).toEqual([
      ...['$0', '< $0.0001', '$0.0173', '$0.73', '$3.60'],
    ]);
  });
});

describe('counting calls', () => {
  it('refuses a call without a price, by name', () => {
    expect(() => priceOfCall('kms', 'Decrypt')).toThrow('no price is known for kms Decrypt');
    expect(() => priceOfCall('s3', 'SelectObjectContent')).toThrow('s3 SelectObjectContent');
    expect(() => new CallCounter('us-east-1').take(call('dynamodb', 'PutItem'))).toThrow('dynamodb PutItem');
  });

  it('knows what is billed, what leaves the region, and what CloudTrail sees', () => {
    const counter = new CallCounter('us-east-1');
    for (const each of [
      call('s3', 'GetObject'),
      call('s3', 'PutObject'),
      call('s3', 'ListObjectsV2'),
      call('ec2', 'DescribeInstances', 'eu-west-1'),
      call('ec2', 'DescribeRegions', 'eu-west-1'),
      call('ec2', 'StopInstances', 'us-west-2', 'ASIA2'),
      call('sns', 'Publish', 'us-east-1', 'ASIA2'),
    ])
      counter.take(each);
    expect(counter.billed).toEqual({ 's3-get': 1, 's3-put': 2, 'sns-requests': 1 });
    expect([counter.total, counter.elsewhere, counter.events, counter.writes]).toEqual([7, 3, 3, 1]);
    expect(counter.perRun).toEqual([2, 5]);
    expect(counter.trailFiles).toBe(2);
  });

  it('counts the lines that Lambda adds to the log', () => {
    const attempt = { requestId: 'r'.repeat(36), startedAt: 0, endedAt: 5, billedMs: 5, log: [] as string[] };
    const silent = logBytesOf(attempt, 1024);
    expect(silent).toBeGreaterThan(400);
    expect(logBytesOf({ ...attempt, log: ['x'.repeat(100)] }, 1024) - silent).toBeGreaterThan(190);
  });
});
