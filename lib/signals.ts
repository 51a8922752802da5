import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { GuardNames, SignalName } from './names.ts';
import { SIGNAL_PATTERNS } from './signal-patterns.ts';

export interface SignalsProps {
  readonly function: IFunction;
  readonly names: GuardNames['signalRules'];
  /** Keeps a signal that Lambda did not take. */
  readonly undelivered: IQueue;
}

const DESCRIPTIONS: Readonly<Record<SignalName, string>> = {
  'exposed-key': 'AWS says that an access key is public or was misused.',
  threat: 'GuardDuty has found mining or stolen credentials.',
  'cost-anomaly': 'Cost Anomaly Detection has found an anomaly.',
  activity: 'Somebody did what intruders begin with; needs a trail.',
};

/** Rules that hand the function each event that may speak of an intruder. They see their own region only. */
export class Signals extends Construct {
  constructor(scope: Construct, id: string, { function: target, names, undelivered }: SignalsProps) {
    super(scope, id);
    const signals = Object.entries(names) as [SignalName, string][];
    for (const [signal, ruleName] of signals)
      new Rule(this, signal, {
        ruleName,
        description: `Killswitch: ${DESCRIPTIONS[signal]}`,
        eventPattern: SIGNAL_PATTERNS[signal],
        targets: [
          new LambdaFunction(target, {
            deadLetterQueue: undelivered,
            maxEventAge: Duration.hours(1),
            retryAttempts: 20,
          }),
        ],
      });
  }
}
