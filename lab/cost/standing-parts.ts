import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../../simulated-aws/deploy/template.ts';

/** What the stack has all month long, whatever happens. */
export interface StandingParts {
  /** Of all alarms: one on a metric math expression has several. */
  readonly alarmMetrics: number;
  /** How long the log is kept. */
  readonly logDays: number;
  /** How long the bucket keeps a version after the next one came. */
  readonly versionDays: number;
  /** Budgets with an action. */
  readonly actionBudgets: number;
}

interface AlarmProperties {
  readonly Metrics?: readonly { readonly MetricStat?: unknown }[];
}
interface BucketProperties {
  readonly LifecycleConfiguration?: {
    readonly Rules: readonly { readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number } }[];
  };
}

/** @throws Error for a function that is not billed as arm64, and for a log or versions that are kept for ever. */
export function standingPartsOf(assembly: string): StandingParts {
  const text = readFileSync(join(assembly, 'Killswitch.template.json'), 'utf8');
  const { Resources } = JSON.parse(text) as Template;
  const all = <Properties>(type: string) =>
    Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
      Type === type ? [Properties as Properties] : [],
    );
  const functions = all<{ Architectures?: readonly string[] }>('AWS::Lambda::Function');
  if (functions.some(({ Architectures }) => Architectures?.[0] !== 'arm64'))
    throw new Error('a function of the stack is not on arm64: lab/cost/prices.ts has no price for it');
  const alarms = all<AlarmProperties>('AWS::CloudWatch::Alarm');
  const metricsOf = ({ Metrics }: AlarmProperties) =>
    Metrics ? Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1;
  const actions = all<{ BudgetName: unknown }>('AWS::Budgets::BudgetsAction');
  const logs = all<{ RetentionInDays?: number }>('AWS::Logs::LogGroup');
  const versions = all<BucketProperties>('AWS::S3::Bucket').flatMap(
    ({ LifecycleConfiguration }) => LifecycleConfiguration?.Rules ?? [],
  );
  return {
    alarmMetrics: alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    logDays: longest(logs.map(({ RetentionInDays }) => RetentionInDays)),
    versionDays: longest(versions.map((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays)),
    actionBudgets: new Set(actions.map(({ BudgetName }) => JSON.stringify(BudgetName))).size,
  };
}

function longest(days: readonly (number | undefined)[]): number {
  const known = days.filter((each) => each !== undefined);
  if (known.length === 0 || known.length < days.length) throw new Error('the stack keeps something for ever');
  return Math.max(...known);
}
