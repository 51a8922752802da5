import { expect, test } from 'vitest';
import { faultCases } from '../../lab/faults/alarm/cases.ts';
import { type FaultCase, spread } from '../../lab/faults/disturbing/fault-case.ts';
import { played } from '../lab/faults/played.ts';

const AGAINST_HANGING = { timeout: 900_000 };
/** `npm run faults` lets every operation go wrong in every way; here so many cases are played, spread over all of them. */
const CASES = 12;

/** Where a lost call leaves most behind. */
const WORST: readonly FaultCase[] = (
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

test(
  'what goes wrong is recovered from or reported, leaves nothing else, and restore puts everything back',
  AGAINST_HANGING,
  async () => {
    const { results, problems } = await played((courses) => [
      ...WORST,
      ...spread(faultCases(courses), CASES),
    ]);
    expect(problems).toEqual([]);
    expect(results.slice(0, WORST.length).map(({ fire }) => fire?.verdict)).toEqual(
      WORST.map(() => 'reported'),
    );
    expect(results).toHaveLength(WORST.length + CASES);
  },
);
