import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { PLANTER } from '../../lab/testbed/planted-account.ts';

export interface Guarded {
  readonly endpoint: string;
  readonly stack: string;
  /** Of the names of what guards it, where that is not the stack's name and a hyphen. */
  readonly prefix?: string;
  readonly functionArn: string;
}

/** The clients of a test that plants what guards a stack in moto, and disturbs it. */
export function guardClients(endpoint: string) {
  const config = { endpoint, region: 'us-east-1', credentials: PLANTER };
  return {
    scheduler: new SchedulerClient(config),
    events: new EventBridgeClient(config),
    cloudWatch: new CloudWatchClient(config),
  };
}

/**
 * A schedule, a rule and an alarm under the names that a stack gives them, where nothing else has created them: moto's
 * CloudFormation has neither schedules nor alarms.
 */
export async function plantGuards({
  endpoint,
  stack,
  functionArn,
  prefix = `${stack}-`,
}: Guarded): Promise<void> {
  const { scheduler, events, cloudWatch } = guardClients(endpoint);
  await scheduler
    .send(
      new CreateScheduleCommand({
        Name: `${prefix}tick`,
        ScheduleExpression: 'rate(5 minutes)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: functionArn,
          RoleArn: functionArn.replace(/:lambda:.*$/, ':iam::123456789012:role/tick'),
        },
      }),
    )
    .catch((thrown: Error) => {
      if (thrown.name !== 'ConflictException') throw thrown;
    });
  await events.send(
    new PutRuleCommand({ Name: `${prefix}planted`, EventPattern: '{"source":["aws.health"]}' }),
  );
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: `${prefix}planted`,
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmActions: [functionArn],
    }),
  );
}
