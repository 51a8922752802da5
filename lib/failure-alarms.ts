import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  MathExpression,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AlarmName, GuardNames } from './names.ts';

export interface FailureAlarmsProps {
  readonly function: IFunction;
  readonly failedEvents: IQueue;
  readonly undelivered: IQueue;
  readonly reportTopic: ITopic;
  readonly names: GuardNames['alarms'];
  /** How often the tripwire ticks; the heartbeat waits for it. */
  readonly everyMinutes: number;
  /** What leads the command line to the stack, see `flagsOfStack`. */
  readonly commandFlags: string;
}

const ONE_MINUTE = { period: Duration.minutes(1) };
const FIRE = 'Instances may still be running: run `./killswitch fire` from a laptop.';

type Watch = Pick<AlarmProps, 'metric' | 'alarmDescription'> & Partial<AlarmProps>;

/**
 * Tell the owner, by a way that does not need the function, that the kill switch did not work. Four alarms on one
 * metric each and one on two: six of the ten that CloudWatch's free tier holds.
 */
export class FailureAlarms extends Construct {
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: FailureAlarmsProps) {
    super(scope, id);
    const action = { bind: () => ({ alarmActionArn: props.reportTopic.topicArn }) };
    const watched = watches(props);
    const names = Object.entries(props.names) as [AlarmName, string][];
    this.alarms = names.map(([name, alarmName]) => {
      const alarm = new Alarm(this, CONSTRUCT_IDS[name], {
        alarmName,
        threshold: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        ...watched[name],
      });
      alarm.addAlarmAction(action);
      // Each first deployment begins with silence, before the first tick: say also when it ends.
      if (name === 'heartbeat') alarm.addOkAction(action);
      return alarm;
    });
  }
}

const CONSTRUCT_IDS: Readonly<Record<AlarmName, string>> = {
  errors: 'Errors',
  throttles: 'Throttles',
  'failed-events': 'FailedEvents',
  undelivered: 'Undelivered',
  heartbeat: 'Heartbeat',
};

function watches(props: FailureAlarmsProps): Readonly<Record<AlarmName, Watch>> {
  const { failedEvents, undelivered, everyMinutes } = props;
  const visible = { ...ONE_MINUTE, statistic: Stats.MAXIMUM };
  return {
    errors: {
      metric: props.function.metricErrors(ONE_MINUTE),
      // An error counts for the minute in which its run began, and a run may take 15 (Lambda developer guide, "Types of
      // metrics for Lambda functions").
      evaluationPeriods: 20,
      datapointsToAlarm: 1,
      alarmDescription: `The kill switch failed; Lambda retries it. ${FIRE}`,
    },
    throttles: {
      metric: props.function.metricThrottles(ONE_MINUTE),
      alarmDescription: `The kill switch could not start: the account's Lambda concurrency is used up. ${FIRE}`,
    },
    'failed-events': {
      metric: failedEvents.metricApproximateNumberOfMessagesVisible(visible),
      alarmDescription: `The kill switch failed three times and has given up. ${FIRE}`,
    },
    undelivered: {
      metric: undelivered.metricApproximateNumberOfMessagesVisible(visible),
      alarmDescription: `An alarm, a signal or a tick did not reach the kill switch. ${FIRE}`,
    },
    heartbeat: heartbeat(props.function, Math.max(5, everyMinutes), props.commandFlags),
  };
}

/**
 * Alarms after three periods without a good run. A metric without any data is missing, whatever FILL says, hence
 * BREACHING: a function that is gone is silent.
 */
function heartbeat(target: IFunction, minutes: number, flags: string): Watch {
  const sum = { statistic: Stats.SUM };
  return {
    metric: new MathExpression({
      expression: 'FILL(invocations, 0) - FILL(errors, 0)',
      usingMetrics: {
        invocations: target.metricInvocations(sum),
        errors: target.metricErrors(sum),
      },
      period: Duration.minutes(minutes),
      label: 'Good runs',
    }),
    alarmDescription:
      `The kill switch has not run well for ${3 * minutes} minutes: its schedule, its function or its permission is ` +
      `gone. Look who changed them; \`./killswitch status${flags}\` tells what is left.`,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.BREACHING,
  };
}
