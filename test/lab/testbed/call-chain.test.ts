import { expect, it } from 'vitest';
import type { AwsCall } from '../../../lab/testbed/aws-call.ts';
import { longestChain } from '../../../lab/testbed/call-chain.ts';

const call = (startedAt: number, endedAt: number): AwsCall => ({
  sequence: 0,
  service: 'ec2',
  region: 'us-east-1',
  operation: 'X',
  protocol: 'ec2-query',
  accessKeyId: '',
  method: 'POST',
  path: '/',
  parameters: {},
  body: Buffer.alloc(0),
  startedAt,
  endedAt,
});

it('counts calls that waited for one another, not calls that ran at once', () => {
  const [first, beside, second, third] = [call(0, 10), call(1, 30), call(11, 20), call(21, 40)];
  const calls = [third, beside, first, second];
  expect(longestChain(calls)).toBe(3);
  expect(longestChain(calls, second)).toBe(2);
  expect(longestChain(calls, beside)).toBe(1);
  expect(longestChain([])).toBe(0);
});
