import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Trigger } from '../lambda/core/verdict/trigger.ts';

/** What the function reads as a tick. */
const TICK: Pick<Extract<Trigger, { source: 'schedule' }>, 'action'> = { action: 'tick' };
const GROUP = 'default';

export interface TripwireProps {
  readonly function: IFunction;
  readonly scheduleName: string;
  readonly everyMinutes: number;
  /** Keeps a tick that Lambda did not take. */
  readonly undelivered: IQueue;
}

/** ARN of a schedule in the default group. */
export const scheduleArn = (stack: Stack, name: string): string =>
  stack.formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${GROUP}/${name}` });

/** Wakes the function every few minutes, to look at what runs instead of waiting for Budgets. */
export class Tripwire extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: TripwireProps) {
    super(scope, id);
    const { scheduleName, everyMinutes, undelivered } = props;
    this.role = schedulerRole(this, props);
    new CfnSchedule(this, 'Schedule', {
      name: scheduleName,
      groupName: GROUP,
      description: 'Wakes the kill switch to look at what runs.',
      scheduleExpression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: props.function.functionArn,
        roleArn: this.role.roleArn,
        input: JSON.stringify(TICK),
        // A late tick is worth nothing, the next one is near. 60 s is the least (Scheduler API reference, RetryPolicy).
        retryPolicy: { maximumEventAgeInSeconds: Duration.minutes(1).toSeconds(), maximumRetryAttempts: 1 },
        deadLetterConfig: { arn: undelivered.queueArn },
      },
    });
  }
}

/**
 * May invoke the function and fill the dead-letter queue, for schedules of this account's default group only: the
 * source that Scheduler gives is the group's ARN. Source: EventBridge Scheduler user guide, "Confused deputy
 * prevention"; aws-cdk-lib's own schedule targets do the same.
 */
function schedulerRole(scope: Construct, { function: target, undelivered }: TripwireProps): Role {
  const stack = Stack.of(scope);
  const group = stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: GROUP });
  const allow = (action: string, resource: string) =>
    new PolicyStatement({ actions: [action], resources: [resource] });
  return new Role(scope, 'Role', {
    description: 'Lets the schedule of the kill switch invoke it.',
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group } },
    }),
    inlinePolicies: {
      Tick: new PolicyDocument({
        statements: [
          allow('lambda:InvokeFunction', target.functionArn),
          allow('sqs:SendMessage', undelivered.queueArn),
        ],
      }),
    },
  });
}
