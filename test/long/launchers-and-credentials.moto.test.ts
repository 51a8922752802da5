import { AttachUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runningInstances } from '../../lab/testbed/account-reader.ts';
import { throttleTo } from '../../lab/testbed/rules.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { byName, idsDone } from '../e2e/done.ts';
import { type EngineSetup, playBoundaries, startSetup } from '../e2e/engine.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
let setup: EngineSetup;
beforeAll(async () => {
  setup = await startSetup();
});
afterAll(() => setup.stop());
beforeEach(() => setup.renew());

const iam = () => new IAMClient({ endpoint: setup.moto.url, region: 'us-east-1' });

describe('launchers', () => {
  test('groups go to zero and are emptied in terminate mode', async () => {
    await setup.planted.autoScalingGroup('us-east-1', 'miners', 20);
    const report = await setup.fire({ mode: 'terminate' });
    const account = await setup.read({ regions: ['us-east-1'] });
    expect(runningInstances(account)).toEqual([]);
    expect(account.regions['us-east-1']?.groups).toMatchObject([{ min: 0, max: 0, desired: 0 }]);
    expect(report.clean).toBe(true);
  });

  test('in stop mode a group is put to sleep before its members are stopped, and only then', async () => {
    const members = await setup.planted.autoScalingGroup('us-east-1', 'web', 4);
    const [loner = ''] = await setup.planted.instances('us-east-1', 1);
    await setup.fire();
    const here = setup.proxy.calls.filter((call) => call.region === 'us-east-1');
    const suspend = here.find((call) => call.operation === 'SuspendProcesses');
    const stopOf = (id: string) =>
      here.find((call) => call.operation === 'StopInstances' && Object.values(call.parameters).includes(id));
    expect(suspend?.status).toBe(200);
    for (const member of members)
      expect(stopOf(member)?.startedAt).toBeGreaterThan(suspend?.endedAt as number);
    // The machine without a group waits for nobody.
    expect(stopOf(loner)?.parameters).not.toHaveProperty('InstanceId.2');
    expect(await setup.planted.running('us-east-1')).toEqual([]);
  });

  test('Auto Scaling down: members wait at most 5 s, others not at all, and the gap is named', async () => {
    await setup.planted.autoScalingGroup('us-east-1', 'web', 2);
    const [loner = ''] = await setup.planted.instances('us-east-1', 1);
    setup.proxy.rules.add({
      when: { service: 'autoscaling', region: 'us-east-1' },
      fault: { kind: 'hang' },
    });
    const { clock, proxy } = setup;
    const began = clock.now();
    const waited: number[] = [];
    proxy.onCall = ({ operation }, phase) => {
      if (operation === 'StopInstances' && phase === 'before') waited.push(clock.now() - began);
    };
    const report = await setup.fire({}, 10_000);
    const [first] = proxy.calls.filter((call) => call.operation === 'StopInstances');
    expect(first?.parameters).toMatchObject({ 'InstanceId.1': loner });
    expect(waited[0]).toBeLessThan(1_000);
    expect(waited[1]).toBeGreaterThanOrEqual(5_000);
    expect(waited[1]).toBeLessThan(6_000);
    expect(report.gaps.map((gap) => [gap.kind, gap.region])).toContainEqual([
      'ec2-auto-scaling-group',
      'us-east-1',
    ]);
    expect(exitCodeOf(report)).toBe(3);
  });

  test('persistent spot: cancelled first in terminate mode, stopped in stop mode', async () => {
    const requests = await setup.planted.spotRequests('us-east-1', 2);
    const stopped = await setup.fire();
    expect(await setup.planted.running('us-east-1')).toEqual([]);
    expect(idsDone(stopped, 'ec2-spot-request', 'cancel')).toEqual([]);
    const terminated = await setup.fire({ mode: 'terminate' });
    expect(idsDone(terminated, 'ec2-spot-request', 'cancel')).toEqual([...requests].sort(byName));
    const calls = setup.proxy.calls.filter((call) => call.region === 'us-east-1');
    const cancel = calls.find((call) => call.operation === 'CancelSpotInstanceRequests');
    const terminate = calls.find((call) => call.operation === 'TerminateInstances');
    expect(terminate?.startedAt).toBeGreaterThan(cancel?.endedAt as number);
  });
});

describe('a dead region delays and hides nobody', () => {
  test('one answers 500, one denies, one resets: all others are contained, the gaps are named', async () => {
    const regions = ['us-east-1', 'eu-west-1', 'eu-west-2', 'sa-east-1'];
    for (const region of regions) await setup.planted.instances(region, 2);
    setup.proxy.rules.add(
      { when: { service: 'ec2', region: 'eu-west-1' }, fault: { kind: 'server-error' } },
      { when: { service: 'ec2', region: 'eu-west-2' }, fault: { kind: 'access-denied' } },
      { when: { service: 'ec2', region: 'sa-east-1' }, fault: { kind: 'reset' } },
    );
    const report = await setup.fire({ onlyRegions: new Set(regions) });
    expect(await setup.planted.running('us-east-1')).toEqual([]);
    const gaps = report.gaps
      .filter((gap) => gap.kind === 'ec2-instance')
      .map((gap) => [gap.region, gap.code]);
    expect(gaps.map(([region]) => region)).toEqual(['eu-west-1', 'eu-west-2', 'sa-east-1']);
    expect(gaps).toContainEqual(['eu-west-2', 'UnauthorizedOperation']);
    expect(report.clean).toBe(false);
    expect(exitCodeOf(report)).toBe(3);

    const accepted = await setup.fire({
      onlyRegions: new Set(regions),
      acceptDenied: new Set(['eu-west-2']),
      excludeRegions: new Set(['eu-west-1', 'sa-east-1']),
    });
    expect(accepted.clean).toBe(true);
    expect(accepted.gaps.every((gap) => gap.accepted)).toBe(true);
  });

  test('a fault that passes leaves no trace: exit 0', async () => {
    await setup.planted.instances('us-east-1', 2);
    setup.proxy.rules.add(
      {
        when: { service: 'ec2', region: 'us-east-1', operation: 'DescribeInstances', nth: 1 },
        fault: { kind: 'server-error' },
      },
      { when: { operation: 'StopInstances', nth: 1 }, fault: { kind: 'reset' } },
    );
    const report = await setup.fire();
    expect(await setup.planted.running('us-east-1')).toEqual([]);
    expect(exitCodeOf(report)).toBe(0);
  });
});

describe('credentials', () => {
  test('IAM and EC2 throttled hard: slower, and nothing is lost', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) => setup.planted.user(`user-${n}`, 2)));
    for (const region of ['us-east-1', 'eu-west-1']) await setup.planted.instances(region, 5);
    setup.proxy.rules.add(
      throttleTo({ service: 'iam', perSecond: 25, capacity: 5 }),
      throttleTo({ service: 'ec2', perSecond: 5, capacity: 2 }),
    );
    const report = await setup.fire();
    expect(await setup.planted.activeKeys()).toEqual([]);
    expect(await setup.planted.running('us-east-1')).toEqual([]);
    expect(exitCodeOf(report)).toBe(0);
  });

  test('all policy slots full: the permissions boundary denies, and restore puts the old one back', async () => {
    playBoundaries(setup);
    setup.boundaries.set('mallory', 'arn:aws:iam::aws:policy/PowerUserAccess');
    await setup.planted.user('mallory', 1);
    setup.proxy.rules.add({
      when: { operation: 'AttachUserPolicy' },
      fault: {
        kind: 'error',
        code: 'LimitExceeded',
        status: 409,
        message: 'Cannot exceed quota for PoliciesPerUser: 10',
      },
    });
    const report = await setup.fire();
    expect(setup.boundaries.get('mallory')).toBe(DENY_ALL);
    expect(report.clean).toBe(true);
    await setup.putBack(report.incident);
    expect(setup.boundaries.get('mallory')).toBe('arn:aws:iam::aws:policy/PowerUserAccess');
    expect(await setup.planted.activeKeys()).toHaveLength(1);
  });

  test('the last key of a user is disabled only after that user’s deny has answered, or failed', async () => {
    await setup.planted.user('mallory', 2);
    setup.proxy.rules.add({ when: { operation: 'AttachUserPolicy' }, fault: { kind: 'access-denied' } });
    const report = await setup.fire();
    const calls = setup.proxy.calls;
    const deny = calls.find((call) => call.operation === 'AttachUserPolicy');
    const last = calls.filter((call) => call.operation === 'UpdateAccessKey').at(-1);
    expect(last?.startedAt).toBeGreaterThan(deny?.endedAt as number);
    expect(await setup.planted.activeKeys()).toEqual([]);
    expect(report.actions.filter((a) => a.status === 'failed').map((a) => [a.kind, a.verb])).toEqual([
      ['iam-user', 'deny'],
    ]);
    expect(exitCodeOf(report)).toBe(3);
  });

  test("an owner under AWS's own quarantine: EC2 stops, IAM is a failure with a way out", async () => {
    await setup.planted.instances('us-east-1', 2);
    const owner = await setup.planted.user('owner', 1);
    await iam().send(
      new AttachUserPolicyCommand({
        UserName: 'owner',
        PolicyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3',
      }),
    );
    await setup.planted.user('mallory', 1);
    // moto does not enforce it; these are its denials that concern us.
    setup.proxy.rules.add({
      when: (call) =>
        /^(UpdateAccessKey|AttachUserPolicy|PutUserPermissionsBoundary|ListUsers)$/.test(call.operation),
      fault: { kind: 'access-denied' },
    });
    process.env['AWS_ACCESS_KEY_ID'] = owner.accessKeys[0]?.accessKeyId as string;
    const report = await setup.fire().finally(() => {
      process.env['AWS_ACCESS_KEY_ID'] = setup.planted.credentials.accessKeyId;
    });
    expect(await setup.planted.running('us-east-1')).toEqual([]);
    expect(report.byHand.join('\n')).toMatch(/CloudShell/);
    expect(report.skips.find((skip) => skip.code === 'caller')?.id).toBe(owner.accessKeys[0]?.accessKeyId);
    expect(exitCodeOf(report)).toBe(3);
  });
});
