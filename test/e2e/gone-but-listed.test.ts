import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { FiredAccount } from './fired-account.ts';

let fired: FiredAccount;
beforeEach(async () => {
  fired = new FiredAccount();
  fired.account.ec2.launch('us-east-1', { type: 'c5.large', count: 2, launchedBy: 'intruder' });
  fired.account.iam.createUser('stranger');
  fired.account.iam.createAccessKey('stranger');
  await fired.wait(60_000);
});
afterEach(() => fired.stop());

/** AWS says of these calls that there is no such thing, and goes on to list it. */
const NOT_FOUND = {
  StopInstances: { code: 'InvalidInstanceID.NotFound', status: 400, kind: 'ec2-instance' },
  UpdateAccessKey: { code: 'NoSuchEntity', status: 404, kind: 'iam-access-key' },
  AttachUserPolicy: { code: 'NoSuchEntity', status: 404, kind: 'iam-user' },
} as const;
const operations = Object.keys(NOT_FOUND) as (keyof typeof NOT_FOUND)[];

const deny = (operation: keyof typeof NOT_FOUND, atMost?: number) => {
  const { code, status } = NOT_FOUND[operation];
  fired.setFaults({
    when: { operation, ...(atMost === undefined ? {} : { atMost }) },
    fault: { kind: 'error', code, status },
  });
};

test.each(operations)('what lives in the last look is not gone: %s', async (operation) => {
  deny(operation);
  const report = await fired.fire();
  const failed = report.actions.filter(({ status }) => status === 'failed');
  expect(failed.length).toBeGreaterThan(0);
  for (const each of failed)
    expect(each).toMatchObject({ kind: NOT_FOUND[operation].kind, error: /StillListed/ });
  expect([report.clean, report.contained, exitCodeOf(report)]).toEqual([false, false, 3]);
});

/** In five passes: a refused batch of two takes three calls. */
test.each([
  ['StopInstances', 15],
  ['UpdateAccessKey', 5],
] as const)('what AWS lists before it can change it is tried again: %s', async (operation, atMost) => {
  deny(operation, atMost);
  const report = await fired.fire();
  expect(report.actions.filter(({ status }) => status !== 'done')).toEqual([]);
  expect([fired.running, report.clean]).toEqual([[], true]);
});
