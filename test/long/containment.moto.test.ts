import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { DeleteAccessKeyCommand, DeleteUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { activeAccessKeys, runningInstances } from '../../lab/testbed/account-reader.ts';
import { allowlist } from '../../lambda/core/policy/policy.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { byName, idsDone } from '../e2e/done.ts';
import { type EngineSetup, startSetup } from '../e2e/engine.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const EVERYWHERE = { onlyRegions: new Set<string>() };
let setup: EngineSetup;
beforeAll(async () => {
  setup = await startSetup();
});
afterAll(() => setup.stop());
beforeEach(() => setup.renew());

const iam = () => new IAMClient({ endpoint: setup.moto.url, region: 'us-east-1' });

describe('an ordinary account', () => {
  test('everything stops, every key is disabled, and a second run does nothing', async () => {
    const planted: string[] = [];
    for (const region of DEFAULT_REGIONS) planted.push(...(await setup.planted.instances(region, 3)));
    planted.push(...(await setup.planted.instances('af-south-1', 1)));
    const users = await Promise.all(['mallory', 'trent'].map((name) => setup.planted.user(name, 2)));
    const keys = users.flatMap((user) => user.accessKeys.map((key) => key.accessKeyId)).sort(byName);

    const report = await setup.fire(EVERYWHERE);

    const account = await setup.read();
    expect(runningInstances(account)).toEqual([]);
    expect(activeAccessKeys(account)).toEqual([]);
    expect(idsDone(report, 'ec2-instance', 'stop')).toEqual([...planted].sort(byName));
    expect(idsDone(report, 'iam-access-key', 'disable')).toEqual(keys);
    expect(account.users.map((user) => user.attachedPolicies)).toEqual([[DENY_ALL], [DENY_ALL]]);
    expect(report).toMatchObject({ clean: true, contained: true, gaps: [] });
    expect(exitCodeOf(report)).toBe(0);

    const again = await setup.fire(EVERYWHERE);
    expect(again.actions).toEqual([]);
    expect(again.clean).toBe(true);
    expect(again.incident).toBe(report.incident);
  });

  test('an empty account is clean', async () => {
    const report = await setup.fire();
    expect(report).toMatchObject({ actions: [], gaps: [], clean: true });
    expect(exitCodeOf(report)).toBe(0);
  });

  test('a dry run changes nothing and says what it would do', async () => {
    await setup.planted.instances('us-east-1', 2);
    await setup.planted.user('mallory', 1);
    const report = await setup.fire({ dryRun: true });
    expect(report.actions.map((a) => [a.kind, a.verb, a.status])).toEqual([
      ['iam-access-key', 'disable', 'planned'],
      ['iam-user', 'deny', 'planned'],
      ['ec2-instance', 'stop', 'planned'],
      ['ec2-instance', 'stop', 'planned'],
    ]);
    const account = await setup.read({ regions: ['us-east-1'] });
    expect(runningInstances(account)).toHaveLength(2);
    expect(activeAccessKeys(account)).toHaveLength(1);
    expect(setup.proxy.calls.filter((call) => !/^(Describe|Get|List)/.test(call.operation))).toEqual([]);
  });

  test('the allowlist is spared, and its user is never denied', async () => {
    const [kept = '', lost = ''] = await setup.planted.instances('us-east-1', 2);
    const owner = await setup.planted.user('owner', 2);
    const [mine, other] = owner.accessKeys.map((key) => key.accessKeyId);
    const robot = await setup.planted.user('robot', 1);
    const [young] = robot.accessKeys.map((key) => key.accessKeyId);
    const allow = allowlist({ accessKeys: [mine as string], users: ['robot'], instances: [kept] });
    const report = await setup.fire({ allow });
    const account = await setup.read({ regions: ['us-east-1'] });
    expect(runningInstances(account)).toEqual([kept]);
    expect(idsDone(report, 'ec2-instance', 'stop')).toEqual([lost]);
    // Made just now: a user's name does not spare it.
    expect(idsDone(report, 'iam-access-key', 'disable')).toEqual([other, young].sort());
    expect(account.users.every((user) => user.attachedPolicies.length === 0)).toBe(true);
    expect(report.skips.map((skip) => skip.code)).toContain('protected-user');
    expect(report.clean).toBe(true);
  });
});

describe('protection shields nobody', () => {
  test('stop and termination protection, here and there, in stop mode: restored afterwards', async () => {
    const machines = await setup.planted.instances('us-east-1', 30);
    await setup.planted.protect('us-east-1', machines.slice(3, 5), 'DisableApiStop');
    await setup.planted.protect('us-east-1', machines.slice(8, 10), 'DisableApiTermination');
    const report = await setup.fire();
    expect(await setup.planted.running('us-east-1')).toEqual([]);
    expect(idsDone(report, 'ec2-instance', 'unprotect')).toEqual(machines.slice(3, 5).sort(byName));
    expect(report.clean).toBe(true);

    await setup.putBack(report.incident);
    expect((await setup.planted.running('us-east-1')).sort(byName)).toEqual([...machines].sort(byName));
  });

  test('an account where everything is protected twice, in terminate mode', async () => {
    const machines = await setup.planted.instances('us-east-1', 40);
    await setup.planted.protect('us-east-1', machines, 'DisableApiStop');
    await setup.planted.protect('us-east-1', machines, 'DisableApiTermination');
    const report = await setup.fire({ mode: 'terminate' });
    const account = await setup.read({ regions: ['us-east-1'] });
    expect(account.regions['us-east-1']?.instances.every(({ state }) => state === 'terminated')).toBe(true);
    expect(report.clean).toBe(true);
  });

  test('a machine that vanishes between being listed and being stopped', async () => {
    const machines = await setup.planted.instances('us-east-1', 5);
    const victim = machines[2] as string;
    // moto keeps terminated machines; EC2 forgets them after an hour, which is what the answer shows.
    setup.proxy.rules.add({
      when: (call) => call.operation === 'StopInstances' && Object.values(call.parameters).includes(victim),
      fault: { kind: 'error', code: 'InvalidInstanceID.NotFound', status: 400 },
    });
    setup.proxy.onCall = async (call, phase) => {
      if (call.operation !== 'DescribeInstances' || call.region !== 'us-east-1' || phase !== 'after') return;
      delete setup.proxy.onCall;
      await setup.planted.ec2('us-east-1').send(new TerminateInstancesCommand({ InstanceIds: [victim] }));
    };
    const report = await setup.fire();
    expect(idsDone(report, 'ec2-instance', 'stop')).toEqual(
      machines.filter((id) => id !== victim).sort(byName),
    );
    expect(report.skips).toMatchObject([{ id: victim, code: 'gone' }]);
    expect(exitCodeOf(report)).toBe(0);
  });

  test('a user who vanishes between being listed and being denied', async () => {
    const [, gone] = await Promise.all([setup.planted.user('stays', 1), setup.planted.user('gone', 1)]);
    const key = gone.accessKeys[0]?.accessKeyId as string;
    setup.proxy.onCall = async (call, phase) => {
      if (call.operation !== 'ListAccessKeys' || call.parameters['UserName'] !== 'gone' || phase !== 'after')
        return;
      delete setup.proxy.onCall;
      await iam().send(new DeleteAccessKeyCommand({ UserName: 'gone', AccessKeyId: key }));
      await iam().send(new DeleteUserCommand({ UserName: 'gone' }));
    };
    const report = await setup.fire();
    expect(report.actions.map((a) => [a.kind, a.status])).toEqual([
      ['iam-access-key', 'done'],
      ['iam-user', 'done'],
    ]);
    expect(report.clean).toBe(true);
  });
});
