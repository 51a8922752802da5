import { describe, expect } from 'vitest';
import { Ledger } from '../../../../simulated-aws/core/ledger.ts';
import { FARGATE_GB_HOUR_USD, FARGATE_VCPU_HOUR_USD } from '../../../../simulated-aws/core/prices.ts';
import { Random } from '../../../../simulated-aws/core/random.ts';
import { ECS_BEHAVIOURS } from '../../../../simulated-aws/services/ecs/behaviours.ts';
import { Ecs } from '../../../../simulated-aws/services/ecs/ecs.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';

const REGION = 'us-east-1';
const MINUTE = 60_000;
const PLAN = { cluster: 'mine', name: 'miner', desired: 10, vcpu: 16, gb: 32, launchedBy: 'intruder' };

function serviceSetup() {
  const timeline = new Timeline(0);
  const ledger = new Ledger(timeline);
  const ecs = new Ecs({ timeline, ledger, random: new Random(1) });
  ecs.createCluster(REGION, 'mine');
  const service = ecs.createService(REGION, PLAN);
  return { timeline, ledger, ecs, service, wait: (ms: number) => timeline.advanceTo(timeline.now() + ms) };
}

describe('an ECS service', () => {
  behaviour(ECS_BEHAVIOURS, 'ecs-keeps-desired', () => {
    const { ecs, service, wait } = serviceSetup();
    wait(MINUTE);
    expect(ecs.runningTasks(REGION)).toBe(10);
    for (const task of [...service.tasks].slice(0, 4)) ecs.stopTask(task);
    expect(ecs.runningTasks()).toBe(6);
    wait(2 * MINUTE);
    expect(ecs.runningTasks()).toBe(10);
    expect(ecs.runningTasks('eu-west-1')).toBe(0);
  });

  behaviour(ECS_BEHAVIOURS, 'ecs-resize', () => {
    const { ecs, service, wait, ledger } = serviceSetup();
    wait(MINUTE);
    ecs.resize(service, 0);
    wait(60 * MINUTE);
    expect(ecs.runningTasks()).toBe(0);
    expect(ledger.usdPerHour()).toBe(0);
    ecs.resize(service, 2);
    wait(MINUTE);
    expect(ecs.runningTasks()).toBe(2);
  });

  behaviour(ECS_BEHAVIOURS, 'ecs-bills-tasks', () => {
    const { ledger, wait } = serviceSetup();
    expect(ledger.usdPerHour()).toBe(0);
    wait(MINUTE);
    const each = 16 * FARGATE_VCPU_HOUR_USD + 32 * FARGATE_GB_HOUR_USD;
    expect(
      ledger.usdPerHour(({ service, owner }) => service === 'Fargate' && owner === 'intruder'),
    ).toBeCloseTo(10 * each);
  });

  behaviour(ECS_BEHAVIOURS, 'ecs-task-times', () => {
    const { ecs, service, wait } = serviceSetup();
    wait(19_999);
    expect(ecs.runningTasks()).toBe(0);
    wait(40_001);
    expect(ecs.runningTasks()).toBe(10);
    const [task] = service.tasks;
    if (task) ecs.stopTask(task);
    expect(service.tasks.size).toBe(9);
    wait(15_000);
    expect(service.tasks.size).toBe(10);
  });

  behaviour(ECS_BEHAVIOURS, 'ecs-unknown-cluster', () => {
    const { ecs } = serviceSetup();
    expect(() => ecs.createService(REGION, { ...PLAN, cluster: 'none' })).toThrow('Cluster not found');
    expect(() => ecs.createService(REGION, PLAN)).toThrow('not idempotent');
    expect([...ecs.services(REGION)]).toHaveLength(1);
  });
});
