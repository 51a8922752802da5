import { describe, expect } from 'vitest';
import { INTRUDER_BEHAVIOURS } from '../../../lab/intruder/behaviours.ts';
import { DENY_ALL } from '../../../simulated-aws/services/iam/managed-policies.ts';
import { behaviour } from '../../simulated-aws/behaviour-test.ts';
import { attacked } from './attacked-account.ts';

const launch = (atMinute: number, more = {}) => ({
  do: 'launch',
  atMinute,
  regions: ['us-east-1', 'eu-west-1'],
  type: 'c5.large',
  count: 3,
  ...more,
});

describe('the intruder', () => {
  behaviour(INTRUDER_BEHAVIOURS, 'intruder-needs-a-credential', () => {
    const { account, intruder, leakedKey, until, running } = attacked({ steps: [launch(5), launch(20)] });
    until(10);
    expect(running()).toHaveLength(6);
    account.iam.updateAccessKey('ci-deploy', leakedKey, 'Inactive');
    until(30);
    expect(running()).toHaveLength(6);
    expect(intruder.deeds.map(({ by }) => by)).toEqual([leakedKey, leakedKey, undefined]);
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-next-credential', () => {
    const steps = [{ do: 'create-user', atMinute: 1, name: 'svc' }, launch(20)];
    const { account, intruder, leakedKey, until, running } = attacked({ steps });
    until(10);
    account.iam.updateAccessKey('ci-deploy', leakedKey, 'Inactive');
    until(30);
    expect(running()).toHaveLength(6);
    const [key] = account.iam.directory.find('svc')?.keys ?? [];
    expect(intruder.deeds.at(-1)?.by).toBe(key?.id);
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-session-outlives-key', () => {
    const steps = [{ do: 'session', atMinute: 1, hours: 36 }];
    const { account, intruder, leakedKey, until } = attacked({ steps });
    until(10);
    account.iam.updateAccessKey('ci-deploy', leakedKey, 'Inactive');
    until(11);
    expect(intruder.credentials.working().map(({ kind }) => kind)).toEqual(['session']);
    expect(intruder.credentials.first(true)).toBeUndefined();
    account.iam.attachUserPolicy('ci-deploy', DENY_ALL);
    until(12);
    expect(intruder.credentials.working()).toEqual([]);
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-role-outlives-users', () => {
    const steps = [{ do: 'assume-role', atMinute: 0, role: 'worker', hours: 12 }];
    const { account, intruder, until } = attacked({ steps });
    until(10);
    account.iam.attachUserPolicy('ci-deploy', DENY_ALL);
    until(11 * 60);
    expect(intruder.credentials.working().map(({ kind, of }) => [kind, of])).toEqual([['role', 'worker']]);
    until(12 * 60 + 1);
    expect(intruder.credentials.working()).toEqual([]);
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-relaunches', () => {
    const group = { do: 'group', atMinute: 2, regions: ['us-west-2'], name: 'g', type: 'c5.large' };
    const fargate = { do: 'fargate', atMinute: 3, regions: ['us-west-2'], clusters: 2, tasksEach: 5 };
    const { account, leakedKey, until, running } = attacked({
      steps: [
        launch(1),
        launch(1, { lifecycle: 'persistent-spot' }),
        { ...group, desired: 4, max: 10 },
        { ...fargate, vcpu: 1, gb: 2 },
      ],
      reactions: { everyMinutes: 10, relaunch: true },
    });
    until(9);
    expect([running().length, account.ecs.runningTasks()]).toEqual([16, 10]);
    stopEverything(account);
    until(9.9);
    expect([running().length, account.ecs.runningTasks()]).toEqual([0, 0]);
    until(15);
    expect([running().length, account.ecs.runningTasks()]).toEqual([16, 10]);
    account.iam.updateAccessKey('ci-deploy', leakedKey, 'Inactive');
    until(16);
    stopEverything(account);
    until(60);
    expect([running().length, account.ecs.runningTasks()]).toEqual([0, 0]);
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-quota', () => {
    const { running, until } = attacked({
      vcpusPerRegion: 64,
      steps: [
        launch(1, { regions: ['us-east-1'], type: 'c5.4xlarge', count: 3 }),
        launch(2, { regions: ['us-east-1'], type: 'm5.4xlarge', count: 3 }),
        launch(3, { regions: ['us-east-1'], type: 'g4dn.4xlarge', count: 9 }),
      ],
    });
    until(10);
    const types = running().map(({ type }) => type.split('.')[0] ?? '');
    expect(types.filter((family) => family === 'c5' || family === 'm5')).toHaveLength(4);
    expect(types.filter((family) => family === 'g4dn')).toHaveLength(4);
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-keeps-credentials', () => {
    const { account, intruder, until } = attacked({
      steps: [launch(1)],
      reactions: { everyMinutes: 10, keepCredentials: 3 },
    });
    until(45);
    expect(intruder.credentials.working()).toHaveLength(3);
    const [, made] = intruder.credentials.held;
    account.iam.updateAccessKey(made?.of ?? '', made?.accessKeyId ?? '', 'Inactive');
    until(60);
    expect(intruder.credentials.working()).toHaveLength(3);
    expect(new Set([...intruder.users]).size).toBe(4);
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-fills-policy-slots', () => {
    const { account, until } = attacked({
      steps: [launch(1)],
      reactions: { everyMinutes: 10, fillPolicySlots: true },
    });
    until(11);
    expect(() => account.iam.attachUserPolicy('ci-deploy', DENY_ALL)).toThrow(
      /LimitExceeded|quota|Cannot exceed/,
    );
  });

  behaviour(INTRUDER_BEHAVIOURS, 'intruder-protects-again', () => {
    const { running, until } = attacked({
      steps: [launch(1, { protect: ['termination'] }), launch(2, { lifecycle: 'spot' })],
      reactions: { everyMinutes: 10, protect: ['termination', 'stop'] },
    });
    until(5);
    for (const instance of running()) instance.disableApiTermination = false;
    until(11);
    const shielded = running().filter((one) => one.disableApiTermination && one.disableApiStop);
    expect(shielded.map(({ lifecycle }) => lifecycle)).toEqual(Array(6).fill('on-demand'));
  });
});

/** As the strictest defence would: launchers first. */
function stopEverything({ ec2, autoScaling, ecs }: ReturnType<typeof attacked>['account']): void {
  for (const group of autoScaling.groups()) autoScaling.suspend(group);
  for (const service of ecs.services()) ecs.resize(service, 0);
  for (const region of ['us-east-1', 'eu-west-1'])
    for (const request of ec2.spot.in(region)) ec2.spot.cancel(request);
  ec2.stop([...ec2.instances()].map(({ id }) => id));
}
