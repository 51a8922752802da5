import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface FailureAlarmsProps {
  readonly function: IFunction;
  readonly failedEvents: IQueue;
  readonly undelivered: IQueue;
  readonly reportTopic: ITopic;
}

const ONE_MINUTE = { period: Duration.minutes(1) };

/** Tell the owner, by a way that does not need the function, that the kill switch did not work. */
export class FailureAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: FailureAlarmsProps) {
    super(scope, id);
    const { failedEvents, undelivered, reportTopic } = props;
    const alarm = (name: string, metric: Metric, alarmDescription: string): Alarm => {
      const created = new Alarm(this, name, {
        metric,
        alarmDescription,
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      created.addAlarmAction({ bind: () => ({ alarmActionArn: reportTopic.topicArn }) });
      return created;
    };
    const fire = 'Instances may still be running: run `npx killswitch fire` from a laptop.';
    const visible = { ...ONE_MINUTE, statistic: Stats.MAXIMUM };
    this.alarms = [
      alarm(
        'Errors',
        props.function.metricErrors(ONE_MINUTE),
        `The kill switch failed; Lambda retries it. ${fire}`,
      ),
      alarm(
        'Throttles',
        props.function.metricThrottles(ONE_MINUTE),
        `The kill switch could not start: the account's Lambda concurrency is used up. ${fire}`,
      ),
      alarm(
        'FailedEvents',
        failedEvents.metricApproximateNumberOfMessagesVisible(visible),
        `The kill switch failed three times and has given up. ${fire}`,
      ),
      alarm(
        'Undelivered',
        undelivered.metricApproximateNumberOfMessagesVisible(visible),
        `An alarm did not reach the kill switch. ${fire}`,
      ),
    ];
  }
}
