import type { CreateScheduleInput, Target } from '@aws-sdk/client-scheduler';
import { ServiceError, whyRefused } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Cancel } from '../../time/timeline.ts';
import type { Iam } from '../iam/iam.ts';
import type { AsyncInvoker } from '../lambda/functions.ts';
import type { Sqs } from '../sqs/sqs.ts';

export interface SchedulerContext extends Pick<ServiceContext, 'timeline' | 'random' | 'accountId'> {
  readonly iam: Pick<Iam, 'mayAssume'>;
  readonly functions: AsyncInvoker;
  readonly sqs: Pick<Sqs, 'deadLetter'>;
}

/** A schedule as its creation, or its last update, defines it. */
export type ScheduleDefinition = Omit<CreateScheduleInput, 'ClientToken' | 'Target'> & {
  readonly Target: Target;
};

export interface Schedule {
  readonly region: string;
  readonly arn: string;
  readonly definition: ScheduleDefinition;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** When it first runs, in ms since 1970. All later runs are whole periods after this. */
  readonly startsAt: number;
}

/** A run of a schedule whose target did not take it. */
export interface DroppedRun {
  readonly arn: string;
  /** In ms since 1970. */
  readonly at: number;
  readonly why: string;
}

/** EventBridge Scheduler in one account: schedules with a rate that invoke functions. */
export class Scheduler {
  readonly dropped: DroppedRun[] = [];
  readonly #context: SchedulerContext;
  readonly #schedules = new Map<string, { schedule: Schedule; cancel: Cancel }>();

  constructor(context: SchedulerContext) {
    this.#context = context;
  }

  get now(): number {
    return this.#context.timeline.now();
  }

  /** @throws ServiceError ConflictException for a name that exists, ValidationException. */
  create(region: string, definition: ScheduleDefinition): Schedule {
    refuseOthers(definition);
    const arn = this.#arnOf(region, definition.GroupName, definition.Name);
    if (this.#schedules.has(arn))
      throw new ServiceError('ConflictException', `Schedule ${definition.Name} already exists.`, 409);
    const startsAt = definition.StartDate?.getTime() ?? this.now;
    const times = { createdAt: this.now, modifiedAt: this.now, startsAt };
    return this.#set({ region, arn, definition, ...times }, true);
  }

  /** Replaces all of the definition. @throws ServiceError ResourceNotFoundException, ValidationException. */
  update(region: string, definition: ScheduleDefinition): Schedule {
    refuseOthers(definition);
    const former = this.require(region, definition.GroupName, definition.Name);
    const { ScheduleExpression, StartDate } = former.definition;
    const isSameRate =
      ScheduleExpression === definition.ScheduleExpression &&
      StartDate?.getTime() === definition.StartDate?.getTime();
    const startsAt = isSameRate ? former.startsAt : (definition.StartDate?.getTime() ?? this.now);
    this.#schedules.get(former.arn)?.cancel();
    return this.#set({ ...former, definition, modifiedAt: this.now, startsAt }, !isSameRate);
  }

  /** @throws ServiceError ResourceNotFoundException. */
  delete(region: string, group: string | undefined, name: string | undefined): void {
    const { arn } = this.require(region, group, name);
    this.#schedules.get(arn)?.cancel();
    this.#schedules.delete(arn);
  }

  /** @throws ServiceError ResourceNotFoundException. */
  require(region: string, group: string | undefined, name: string | undefined): Schedule {
    const found = this.#schedules.get(this.#arnOf(region, group, name));
    if (found) return found.schedule;
    throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  }

  in(region: string): readonly Schedule[] {
    return [...this.#schedules.values()].flatMap(({ schedule }) =>
      schedule.region === region ? schedule : [],
    );
  }

  #arnOf(region: string, group = 'default', name = ''): string {
    return `arn:aws:scheduler:${region}:${this.#context.accountId}:schedule/${group}/${name}`;
  }

  #set(schedule: Schedule, isNew = false): Schedule {
    const { startsAt, definition } = schedule;
    const period = rateMs(definition.ScheduleExpression ?? '');
    const passed = Math.max(0, Math.floor((this.now - startsAt) / period) + (isNew ? 0 : 1));
    this.#schedules.set(schedule.arn, {
      schedule,
      cancel: this.#runAt(schedule, startsAt + passed * period, period),
    });
    return schedule;
  }

  /** A disabled schedule is not on the timeline at all. */
  #runAt(schedule: Schedule, time: number, period: number): Cancel {
    const { State = 'ENABLED', EndDate } = schedule.definition;
    if (State !== 'ENABLED' || (EndDate && time > EndDate.getTime())) return () => {};
    return this.#context.timeline.at(time, () => {
      this.#schedules.set(schedule.arn, { schedule, cancel: this.#runAt(schedule, time + period, period) });
      this.#run(schedule, time);
    });
  }

  #run({ arn, definition }: Schedule, scheduledAt: number): void {
    const { functions, iam, random, sqs } = this.#context;
    const { Arn = '', RoleArn = '', Input = '{}', DeadLetterConfig } = definition.Target;
    // Source: Scheduler user guide, "Adding context attributes".
    const input = Input.replaceAll('<aws.scheduler.schedule-arn>', arn)
      .replaceAll('<aws.scheduler.scheduled-time>', new Date(scheduledAt).toISOString().replace('.000', ''))
      .replaceAll('<aws.scheduler.execution-id>', () => random.uuid())
      .replaceAll('<aws.scheduler.attempt-number>', '1');
    const event: unknown = JSON.parse(input);
    const why = iam.mayAssume(RoleArn, 'scheduler.amazonaws.com')
      ? whyRefused(() => functions.invokeAsync(Arn, event))
      : `${RoleArn} cannot be used`;
    if (why === undefined) return;
    this.dropped.push({ arn, at: this.now, why });
    sqs.deadLetter(DeadLetterConfig?.Arn, event);
  }
}

/** @throws ServiceError ValidationException; Error for what is not simulated. */
function refuseOthers({ ScheduleExpression = '', FlexibleTimeWindow, Target }: ScheduleDefinition): void {
  rateMs(ScheduleExpression);
  if (FlexibleTimeWindow?.Mode !== 'OFF') throw new Error('a flexible time window is not simulated');
  if (!/^arn:aws:lambda:/.test(Target.Arn ?? ''))
    throw new Error(`a schedule’s target ${Target.Arn} is not simulated`);
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Milliseconds between two runs of a rate expression: `rate(5 minutes)`. Scheduler takes singular and plural.
 * Source: Scheduler user guide, "Schedule types on EventBridge Scheduler".
 * @throws ServiceError ValidationException; Error for cron and at expressions, which are not simulated.
 */
function rateMs(expression: string): number {
  if (/^(cron|at)\(/.test(expression)) throw new Error(`the schedule ${expression} is not simulated`);
  const [, value, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(value) * (UNIT_MS[unit] ?? Number.NaN);
  if (milliseconds > 0) return milliseconds;
  throw new ServiceError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}
