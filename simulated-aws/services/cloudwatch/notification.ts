import type { Alarm } from './alarm.ts';

/**
 * The names of regions in the subject of a mail. Other regions appear by their code. Source: AWS General Reference,
 * "Regional endpoints".
 */
const REGION_NAMES: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'sa-east-1': 'South America (Sao Paulo)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)',
};

/** The longest subject that SNS takes. Source: API_Publish. */
const SUBJECT_CHARACTERS = 100;

/** What CloudWatch publishes when an alarm changes its state. Assumption: as in messages captured in public code. */
export function notificationOf(
  { name, arn, region, definition, state, reason, stateSince, updatedAt }: Alarm,
  account: string,
  before: string,
): { readonly subject: string; readonly message: string } {
  const place = REGION_NAMES[region] ?? region;
  const subject = `${state}: "${name}" in ${place}`;
  return {
    subject: subject.length > SUBJECT_CHARACTERS ? `${subject.slice(0, SUBJECT_CHARACTERS - 3)}...` : subject,
    message: JSON.stringify({
      AlarmName: name,
      AlarmDescription: definition.AlarmDescription ?? null,
      AWSAccountId: account,
      AlarmConfigurationUpdatedTimestamp: timeOf(updatedAt),
      NewStateValue: state,
      NewStateReason: reason,
      StateChangeTime: timeOf(stateSince),
      Region: place,
      AlarmArn: arn,
      OldStateValue: before,
      OKActions: definition.OKActions ?? [],
      AlarmActions: definition.AlarmActions ?? [],
      InsufficientDataActions: definition.InsufficientDataActions ?? [],
      Trigger: triggerOf(definition),
    }),
  };
}

function triggerOf(definition: Alarm['definition']): object {
  const { MetricName, Namespace, Statistic, Period, Metrics, Dimensions = [] } = definition;
  const { EvaluationPeriods, ComparisonOperator, Threshold, TreatMissingData = 'missing' } = definition;
  const common = { EvaluationPeriods, ComparisonOperator, Threshold, TreatMissingData };
  if (Metrics) return { ...common, Metrics };
  const dimensions = Dimensions.map(({ Name, Value }) => ({ name: Name, value: Value }));
  const metric = { MetricName, Namespace, StatisticType: 'Statistic', Statistic: Statistic?.toUpperCase() };
  return { ...metric, Unit: null, Dimensions: dimensions, Period, ...common };
}

const timeOf = (ms: number) => new Date(ms).toISOString().replace('Z', '+0000');
