import type * as api from '@aws-sdk/client-scheduler';
import { beforeEach, describe, expect, it } from 'vitest';
import { SCHEDULER_BEHAVIOURS } from '../../../../simulated-aws/services/scheduler/behaviours.ts';
import { behaviour } from '../../behaviour-test.ts';
import { MINUTE, stackAccount } from '../../stack-account.ts';
import { call, refusal } from '../iam/call.ts';

let setup: ReturnType<typeof stackAccount>;

beforeEach(() => {
  setup = stackAccount();
});

const target = (Input = '{"action":"tick"}'): api.Target => ({
  Arn: setup.engine.arn,
  RoleArn: setup.role,
  Input,
  DeadLetterConfig: { Arn: setup.queue.arn },
});
const definition = (more: Partial<api.CreateScheduleInput> = {}) => ({
  Name: 'tick',
  ScheduleExpression: 'rate(5 minutes)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: target(),
  ...more,
});
const send = <Output>(operation: string, input: object) =>
  call<Output>(setup.account.services['scheduler'], operation, input);
const create = (more: Partial<api.CreateScheduleInput> = {}) => send('CreateSchedule', definition(more));
const update = (more: Partial<api.UpdateScheduleInput> = {}) => send('UpdateSchedule', definition(more));
const get = () => send<api.GetScheduleOutput>('GetSchedule', { Name: 'tick' });
const minutes = () => setup.received().map(({ at }) => at / MINUTE);

behaviour(SCHEDULER_BEHAVIOURS, 'scheduler-rate', () => {
  create();
  setup.wait(15 * MINUTE);
  expect(minutes()).toEqual([0, 5, 10, 15]);
  create({ Name: 'later', StartDate: new Date(setup.account.timeline.now() + 2 * MINUTE) });
  setup.wait(4 * MINUTE);
  expect(minutes().slice(4)).toEqual([17]);
});

behaviour(SCHEDULER_BEHAVIOURS, 'scheduler-event', () => {
  create();
  setup.wait(0);
  expect(setup.received()).toEqual([{ event: { action: 'tick' }, at: 0 }]);
  create({ Name: 'told', Target: target('"<aws.scheduler.scheduled-time>"') });
  setup.wait(0);
  expect(setup.received()[1]?.event).toBe('2026-11-21T00:00:00Z');
});

behaviour(SCHEDULER_BEHAVIOURS, 'scheduler-disabled', () => {
  create();
  setup.wait(6 * MINUTE);
  update({ State: 'DISABLED' });
  setup.wait(10 * MINUTE);
  expect(minutes()).toEqual([0, 5]);
  update({ State: 'ENABLED' });
  setup.wait(10 * MINUTE);
  expect(minutes()).toEqual([0, 5, 20, 25]);
});

behaviour(SCHEDULER_BEHAVIOURS, 'scheduler-deleted', () => {
  create();
  setup.wait(MINUTE);
  send('DeleteSchedule', { Name: 'tick' });
  setup.wait(20 * MINUTE);
  expect(minutes()).toEqual([0]);
  for (const operation of ['GetSchedule', 'DeleteSchedule'])
    expect(refusal(() => send(operation, { Name: 'tick' }))).toBe('ResourceNotFoundException');
});

behaviour(SCHEDULER_BEHAVIOURS, 'scheduler-update-replaces', () => {
  create({ Description: 'every five minutes', State: 'DISABLED' });
  update({ ScheduleExpression: 'rate(1 hour)' });
  expect(get()).toMatchObject({ State: 'ENABLED', ScheduleExpression: 'rate(1 hour)', GroupName: 'default' });
  expect(get().Description).toBeUndefined();
  setup.wait(61 * MINUTE);
  expect(minutes()).toEqual([0, 60]);
});

behaviour(SCHEDULER_BEHAVIOURS, 'scheduler-no-target', () => {
  const { account, queue, wait } = setup;
  create();
  wait(0);
  account.functions.delete('engine');
  wait(5 * MINUTE);
  expect(account.scheduler.dropped.map(({ why }) => why)).toEqual([
    expect.stringContaining('Function not found'),
  ]);
  expect(queue.messages.map(({ body }) => JSON.parse(body))).toEqual([{ action: 'tick' }]);
  account.functions.create('engine', setup.engine);
  account.iam.roleDirectory.delete('engine-role');
  wait(5 * MINUTE);
  expect([minutes(), account.scheduler.dropped.length]).toEqual([[0], 2]);
});

behaviour(SCHEDULER_BEHAVIOURS, 'scheduler-bad-expression', () => {
  expect(refusal(() => create({ ScheduleExpression: 'rate(5)' }))).toBe('ValidationException');
  expect(refusal(() => create({ ScheduleExpression: 'rate(0 minutes)' }))).toBe('ValidationException');
  expect([refusal(create), refusal(create)]).toEqual(['none', 'ConflictException']);
});

describe('a schedule', () => {
  it('is refused, loudly, where it asks for what is not simulated', () => {
    expect(() => create({ ScheduleExpression: 'cron(0 8 * * ? *)' })).toThrow('not simulated');
    expect(() => create({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } })).toThrow('not simulated');
  });

  it('is listed by prefix and state', () => {
    create();
    create({ Name: 'tock', State: 'DISABLED' });
    const list = (input: object) =>
      send<api.ListSchedulesOutput>('ListSchedules', input).Schedules?.map(({ Name }) => Name);
    expect([list({}), list({ NamePrefix: 'ti' }), list({ State: 'DISABLED' })]).toEqual([
      ['tick', 'tock'],
      ['tick'],
      ['tock'],
    ]);
  });
});
