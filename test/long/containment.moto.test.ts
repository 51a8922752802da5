import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { DeleteAccessKeyCommand, DeleteUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activeAccessKeys, runningInstances } from '../../lab/testbed/account-reader.ts';
import { allowlist } from '../../lambda/core/policy/policy.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { byName, idsDone } from '../e2e/done.ts';
import { type Ground, startGround } from '../e2e/engine.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const EVERYWHERE = { onlyRegions: new Set<string>() };
let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.renew());

const iam = () => new IAMClient({ endpoint: ground.moto.url, region: 'us-east-1' });

describe('an ordinary account', () => {
  test('everything stops, every key is disabled, and a second run does nothing', async () => {
    const planted: string[] = [];
    for (const region of DEFAULT_REGIONS) planted.push(...(await ground.world.instances(region, 3)));
    planted.push(...(await ground.world.instances('af-south-1', 1)));
    const users = await Promise.all(['mallory', 'trent'].map((name) => ground.world.user(name, 2)));
    const keys = users.flatMap((user) => user.accessKeys.map((key) => key.accessKeyId)).sort(byName);

    const report = await ground.fire(EVERYWHERE);

    const account = await ground.read();
    expect(runningInstances(account)).toEqual([]);
    expect(activeAccessKeys(account)).toEqual([]);
    expect(idsDone(report, 'ec2-instance', 'stop')).toEqual([...planted].sort(byName));
    expect(idsDone(report, 'iam-access-key', 'disable')).toEqual(keys);
    expect(account.users.map((user) => user.attachedPolicies)).toEqual([[DENY_ALL], [DENY_ALL]]);
    expect(report).toMatchObject({ clean: true, contained: true, gaps: [] });
    expect(exitCodeOf(report)).toBe(0);

    const again = await ground.fire(EVERYWHERE);
    expect(again.actions).toEqual([]);
    expect(again.clean).toBe(true);
    expect(again.incident).toBe(report.incident);
  });

  test('an empty account is clean', async () => {
    const report = await ground.fire();
    expect(report).toMatchObject({ actions: [], gaps: [], clean: true });
    expect(exitCodeOf(report)).toBe(0);
  });

  test('a dry run changes nothing and says what it would do', async () => {
    await ground.world.instances('us-east-1', 2);
    await ground.world.user('mallory', 1);
    const report = await ground.fire({ dryRun: true });
    expect(report.actions.map((a) => [a.kind, a.verb, a.status])).toEqual([
      ['iam-access-key', 'disable', 'planned'],
      ['iam-user', 'deny', 'planned'],
      ['ec2-instance', 'stop', 'planned'],
      ['ec2-instance', 'stop', 'planned'],
    ]);
    const account = await ground.read({ regions: ['us-east-1'] });
    expect(runningInstances(account)).toHaveLength(2);
    expect(activeAccessKeys(account)).toHaveLength(1);
    expect(ground.proxy.calls.filter((call) => !/^(Describe|Get|List)/.test(call.operation))).toEqual([]);
  });

  test('the allowlist is spared, and its user is never denied', async () => {
    const [kept = '', lost = ''] = await ground.world.instances('us-east-1', 2);
    const owner = await ground.world.user('owner', 2);
    const [mine, other] = owner.accessKeys.map((key) => key.accessKeyId);
    await ground.world.user('robot', 1);
    const allow = allowlist({ accessKeys: [mine as string], users: ['robot'], instances: [kept] });
    const report = await ground.fire({ allow });
    const account = await ground.read({ regions: ['us-east-1'] });
    expect(runningInstances(account)).toEqual([kept]);
    expect(idsDone(report, 'ec2-instance', 'stop')).toEqual([lost]);
    expect(idsDone(report, 'iam-access-key', 'disable')).toEqual([other]);
    expect(account.users.every((user) => user.attachedPolicies.length === 0)).toBe(true);
    expect(report.skips.map((skip) => skip.code)).toContain('protected-user');
    expect(report.clean).toBe(true);
  });
});

describe('protection shields nobody', () => {
  test('stop and termination protection, here and there, in stop mode: restored afterwards', async () => {
    const machines = await ground.world.instances('us-east-1', 30);
    await ground.world.protect('us-east-1', machines.slice(3, 5), 'DisableApiStop');
    await ground.world.protect('us-east-1', machines.slice(8, 10), 'DisableApiTermination');
    const report = await ground.fire();
    expect(await ground.world.running('us-east-1')).toEqual([]);
    expect(idsDone(report, 'ec2-instance', 'unprotect')).toEqual(machines.slice(3, 5).sort(byName));
    expect(report.clean).toBe(true);

    await ground.putBack(report.incident);
    expect((await ground.world.running('us-east-1')).sort(byName)).toEqual([...machines].sort(byName));
  });

  test('an account where everything is protected twice, in terminate mode', async () => {
    const machines = await ground.world.instances('us-east-1', 40);
    await ground.world.protect('us-east-1', machines, 'DisableApiStop');
    await ground.world.protect('us-east-1', machines, 'DisableApiTermination');
    const report = await ground.fire({ mode: 'terminate' });
    const account = await ground.read({ regions: ['us-east-1'] });
    expect(account.regions['us-east-1']?.instances.every(({ state }) => state === 'terminated')).toBe(true);
    expect(report.clean).toBe(true);
  });

  test('a machine that vanishes between being listed and being stopped', async () => {
    const machines = await ground.world.instances('us-east-1', 5);
    const victim = machines[2] as string;
    // moto keeps terminated machines; EC2 forgets them after an hour, which is what the answer shows.
    ground.proxy.rules.add({
      when: (call) => call.operation === 'StopInstances' && Object.values(call.parameters).includes(victim),
      fault: { kind: 'error', code: 'InvalidInstanceID.NotFound', status: 400 },
    });
    ground.proxy.onCall = async (call, phase) => {
      if (call.operation !== 'DescribeInstances' || call.region !== 'us-east-1' || phase !== 'after') return;
      delete ground.proxy.onCall;
      await ground.world.ec2('us-east-1').send(new TerminateInstancesCommand({ InstanceIds: [victim] }));
    };
    const report = await ground.fire();
    expect(idsDone(report, 'ec2-instance', 'stop')).toEqual(
      machines.filter((id) => id !== victim).sort(byName),
    );
    expect(report.skips).toMatchObject([{ id: victim, code: 'gone' }]);
    expect(exitCodeOf(report)).toBe(0);
  });

  test('a user who vanishes between being listed and being denied', async () => {
    const [, gone] = await Promise.all([ground.world.user('stays', 1), ground.world.user('gone', 1)]);
    const key = gone.accessKeys[0]?.accessKeyId as string;
    ground.proxy.onCall = async (call, phase) => {
      if (call.operation !== 'ListAccessKeys' || call.parameters['UserName'] !== 'gone' || phase !== 'after')
        return;
      delete ground.proxy.onCall;
      await iam().send(new DeleteAccessKeyCommand({ UserName: 'gone', AccessKeyId: key }));
      await iam().send(new DeleteUserCommand({ UserName: 'gone' }));
    };
    const report = await ground.fire();
    expect(report.actions.map((a) => [a.kind, a.status])).toEqual([
      ['iam-access-key', 'done'],
      ['iam-user', 'done'],
    ]);
    expect(report.clean).toBe(true);
  });
});
