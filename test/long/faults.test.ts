import { expect, test } from 'vitest';
import { faultCases, spread } from '../../lab/faults/alarm/cases.ts';
import type { FaultCase } from '../../lab/faults/alarm/play.ts';
import { played } from '../lab/faults/played.ts';

/** `npm run faults` lets every operation go wrong in every way; here it is so many worlds, spread over all of them. */
const CASES = 12;

/** What costs most. */
const DEAREST: readonly FaultCase[] = (
  [
    ['ec2', 'DescribeInstances', '500 always'],
    ['ec2', 'StopInstances', 'access denied'],
    ['ec2', 'ModifyInstanceAttribute', 'garbage'],
    ['iam', 'UpdateAccessKey', '500 always'],
    ['iam', 'AttachUserPolicy', '500 always'],
    ['s3', 'PutObject', 'access denied'],
  ] as const
).map(([service, operation, trouble]) => ({
  mode: 'stop',
  fire: { operation: { service, operation }, trouble },
}));

test('what goes wrong is contained or named, costs no neighbour, and restore puts everything back', async () => {
  const { results, problems } = await played((courses) => [
    ...DEAREST,
    ...spread(faultCases(courses), CASES),
  ]);
  expect(problems).toEqual([]);
  expect(results.slice(0, DEAREST.length).map(({ fire }) => fire?.verdict)).toEqual(
    DEAREST.map(() => 'named'),
  );
  expect(results).toHaveLength(DEAREST.length + CASES);
});
