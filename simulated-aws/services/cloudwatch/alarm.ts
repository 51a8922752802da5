import type { ComparisonOperator, PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';

/** An alarm's setting, as PutMetricAlarm takes it and the template gives it. */
export type AlarmDefinition = Omit<PutMetricAlarmInput, 'Tags'>;

export interface Alarm {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly definition: AlarmDefinition;
  /** In ms since 1970. */
  readonly updatedAt: number;
  actionsEnabled: boolean;
  state: StateValue;
  reason: string;
  /** In ms since 1970. */
  stateSince: number;
}

/** Whether a value crosses the threshold. @throws Error for an operator that compares with a band. */
export function isBreaching(
  operator: ComparisonOperator | undefined,
  value: number,
  threshold: number,
): boolean {
  switch (operator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
    default:
      throw new Error(`the comparison ${operator} is not simulated`);
  }
}

/** How many periods more than it needs an alarm looks at (see behaviours.ts). */
const SPARE_PERIODS = 2;

/** How many periods an alarm looks at. */
export const rangeOf = ({ EvaluationPeriods = 1 }: AlarmDefinition): number =>
  EvaluationPeriods + SPARE_PERIODS;

/**
 * M of N: an alarm rings for M of the last N periods, in any order. Only for alarms that ignore missing values.
 * Source: CloudWatch user guide, "Evaluating an alarm".
 */
function stateOfSome(
  { EvaluationPeriods = 1, DatapointsToAlarm = 1, Threshold = 0, ComparisonOperator }: AlarmDefinition,
  values: readonly (number | undefined)[],
): StateValue {
  const breaching = values
    .slice(-EvaluationPeriods)
    .filter((value) => value !== undefined && isBreaching(ComparisonOperator, value, Threshold));
  return breaching.length >= DatapointsToAlarm ? 'ALARM' : 'OK';
}

/**
 * The state that these values mean, the oldest first, `undefined` for a missing one. Undefined when the alarm keeps its
 * state. Enough real values count alone; otherwise TreatMissingData says what the missing ones are.
 * Source: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", the table for three of three.
 */
export function stateOf(
  definition: AlarmDefinition,
  values: readonly (number | undefined)[],
): StateValue | undefined {
  const { EvaluationPeriods = 1, Threshold = 0, ComparisonOperator } = definition;
  const { DatapointsToAlarm = EvaluationPeriods, TreatMissingData = 'missing' } = definition;
  if (DatapointsToAlarm < EvaluationPeriods) return stateOfSome(definition, values);
  const real = values.filter((value) => value !== undefined).slice(-EvaluationPeriods);
  const breaching = real.map((value) => isBreaching(ComparisonOperator, value, Threshold));
  if (real.length === EvaluationPeriods) return breaching.every(Boolean) ? 'ALARM' : 'OK';
  if (TreatMissingData === 'breaching') return breaching.every(Boolean) ? 'ALARM' : 'OK';
  if (TreatMissingData === 'notBreaching') return 'OK';
  if (TreatMissingData === 'ignore') return breaching.includes(false) ? 'OK' : undefined;
  if (real.length === 0) return 'INSUFFICIENT_DATA';
  return breaching.every(Boolean) ? 'ALARM' : 'OK';
}
