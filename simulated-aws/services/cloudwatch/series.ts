import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AlarmDefinition } from './alarm.ts';
import { type MetricKey, type Metrics, metricKey, type Statistic } from './metrics.ts';

/** What an alarm looks at: values by period, from the metrics that it names. */
export interface Series {
  readonly periodMs: number;
  readonly metrics: readonly MetricKey[];
  /** The values of so many periods that end at `end`, the oldest first; undefined for what is missing. */
  values(metrics: Metrics, end: number, periods: number): (number | undefined)[];
}

type Values = readonly (number | undefined)[];
type Compute = (metrics: Metrics, end: number, periods: number) => Values;

/**
 * Source: API_PutMetricAlarm.
 * @throws Error for a statistic or an expression that is not simulated.
 */
export function seriesOf(region: string, definition: AlarmDefinition): Series {
  const { Namespace, MetricName, Dimensions, Statistic, Period, Metrics } = definition;
  if (Metrics && Metrics.length > 0) return mathSeries(region, Metrics);
  const metric = metricKey(region, Namespace ?? '', MetricName ?? '', Dimensions);
  const periodMs = (Period ?? 0) * 1_000;
  const compute = statistic(metric, Statistic, periodMs);
  return { periodMs, metrics: [metric], values: (...asked) => [...compute(...asked)] };
}

function mathSeries(region: string, queries: readonly MetricDataQuery[]): Series {
  const stats = queries.flatMap(({ Id = '', MetricStat }) => (MetricStat ? { Id, ...MetricStat } : []));
  const byId = new Map<string, Compute>();
  const metrics: MetricKey[] = [];
  let periodMs = 0;
  for (const { Id, Metric, Stat, Period = 0 } of stats) {
    const metric = metricKey(region, Metric?.Namespace ?? '', Metric?.MetricName ?? '', Metric?.Dimensions);
    periodMs = Period * 1_000;
    metrics.push(metric);
    byId.set(Id, statistic(metric, Stat, periodMs));
  }
  const returned = queries.find(({ ReturnData = true }) => ReturnData);
  const compute = returned?.Expression ? expression(returned.Expression, byId) : byId.get(returned?.Id ?? '');
  if (!compute) throw new Error('an alarm has one metric or expression that it returns');
  return { periodMs, metrics, values: (...asked) => [...compute(...asked)] };
}

function statistic(metric: MetricKey, named: string | undefined, periodMs: number): Compute {
  if (named !== 'Sum' && named !== 'Maximum') throw new Error(`the statistic ${named} is not simulated`);
  const wanted: Statistic = named;
  if (periodMs < 60_000) throw new Error('a period under a minute is not simulated');
  return (metrics, end, periods) =>
    Array.from({ length: periods }, (_, at) => {
      const to = end - (periods - 1 - at) * periodMs;
      return metrics.value(metric, wanted, to - periodMs, to);
    });
}

/** `a - b`, each a metric's id or `FILL(id, 0)`. */
function expression(text: string, byId: ReadonlyMap<string, Compute>): Compute {
  const operands = text.split(' - ').map((operand) => operandOf(operand.trim(), byId));
  const [first, second, ...more] = operands;
  if (!first || !second || more.length > 0) throw new Error(`the expression ${text} is not simulated`);
  return (...asked) => {
    const subtrahends = second(...asked);
    return first(...asked).map((value, at) => {
      const subtrahend = subtrahends[at];
      return value === undefined || subtrahend === undefined ? undefined : value - subtrahend;
    });
  };
}

/**
 * FILL puts its number where a value is missing, unless all values are missing (assumption: users have observed it).
 * Source: CloudWatch user guide, "Using math expressions with CloudWatch metrics".
 */
function operandOf(text: string, byId: ReadonlyMap<string, Compute>): Compute {
  const [, id = text, filling] = /^FILL\((\w+), ?(\d+)\)$/.exec(text) ?? [];
  const compute = byId.get(id);
  if (!compute) throw new Error(`${text} in an alarm’s expression is not simulated`);
  if (filling === undefined) return compute;
  return (...asked) => {
    const values = compute(...asked);
    const isEmpty = values.every((value) => value === undefined);
    return isEmpty ? values : values.map((value) => value ?? Number(filling));
  };
}
