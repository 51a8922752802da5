import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { ServiceError, whyRefused } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Events } from '../events/events.ts';
import type { Sns } from '../sns/sns.ts';
import { type Alarm, type AlarmDefinition, isBreaching, rangeOf, stateOf } from './alarm.ts';
import { Metrics } from './metrics.ts';
import { notificationOf } from './notification.ts';
import { type Series, seriesOf } from './series.ts';

export interface CloudWatchContext extends Pick<ServiceContext, 'timeline' | 'accountId'> {
  readonly sns: Pick<Sns, 'publishFor'>;
  readonly events: Pick<Events, 'emit'>;
}

/** A notification that a topic refused. AWS drops it too. */
export interface RefusedNotification {
  readonly alarm: string;
  readonly topicArn: string;
  readonly why: string;
  /** In ms since 1970. */
  readonly at: number;
}

interface Watched {
  readonly alarm: Alarm;
  /** Ends its evaluations. */
  stop(): void;
}

/** From a period's end to its evaluation, in ms (see behaviours.ts). */
const METRIC_LAG_MS = 60_000;

/** The CloudWatch alarms of one account. Each is evaluated once a period for as long as its state may change. */
export class CloudWatch {
  readonly metrics = new Metrics();
  readonly refused: RefusedNotification[] = [];
  readonly #context: CloudWatchContext;
  readonly #watched = new Map<string, Watched>();

  constructor(context: CloudWatchContext) {
    this.#context = context;
  }

  /** Creates an alarm, or replaces its setting and keeps its state. @throws Error for what is not simulated. */
  putAlarm(region: string, definition: AlarmDefinition): Alarm {
    const { accountId, timeline } = this.#context;
    const name = definition.AlarmName ?? '';
    refuseOtherActions(definition);
    isBreaching(definition.ComparisonOperator, 0, 0);
    const arn = `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
    const former = this.#watched.get(arn);
    const alarm: Alarm = {
      ...{
        state: 'INSUFFICIENT_DATA',
        reason: 'Unchecked: Initial alarm creation',
        stateSince: timeline.now(),
      },
      ...former?.alarm,
      ...{ name, region, arn, definition, updatedAt: timeline.now() },
      actionsEnabled: definition.ActionsEnabled ?? true,
    };
    this.#watch(alarm);
    return alarm;
  }

  /** By name; undefined when there is none. */
  find(region: string, name: string): Alarm | undefined {
    return this.#watched.get(`arn:aws:cloudwatch:${region}:${this.#context.accountId}:alarm:${name}`)?.alarm;
  }

  /** Alarms of a region in the order of their names. */
  in(region: string): readonly Alarm[] {
    const alarms = [...this.#watched.values()]
      .map(({ alarm }) => alarm)
      .filter((one) => one.region === region);
    return alarms.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  delete({ arn }: Alarm): void {
    this.#watched.get(arn)?.stop();
    this.#watched.delete(arn);
  }

  /** Sets the state until the next evaluation. Actions follow as always. Source: API_SetAlarmState. */
  setState(alarm: Alarm, state: StateValue, reason: string): void {
    this.#enter(alarm, state, reason);
    this.#watch(alarm);
  }

  /**
   * Evaluates an alarm from now on by its present setting. @throws Error for a setting that is not simulated, and
   * changes nothing.
   */
  #watch(alarm: Alarm): void {
    const { timeline } = this.#context;
    const series = seriesOf(alarm.region, alarm.definition);
    this.#watched.get(alarm.arn)?.stop();
    const { periodMs } = series;
    let cancel: (() => void) | undefined;
    const evaluateAt = (end: number) => {
      cancel = timeline.at(end + METRIC_LAG_MS, () => {
        cancel = undefined;
        this.#evaluate(alarm, series, end);
        if (!this.#isAtRest(alarm, series, end)) evaluateAt(end + periodMs);
      });
    };
    const lastEnd = () => Math.floor((timeline.now() - METRIC_LAG_MS) / periodMs) * periodMs;
    const wake = (at: number) => {
      if (cancel) return;
      const end = (Math.floor(at / periodMs) + 1) * periodMs;
      const [value] = series.values(this.metrics, end, 1);
      const { ComparisonOperator, Threshold = 0 } = alarm.definition;
      if (value !== undefined && isBreaching(ComparisonOperator, value, Threshold))
        evaluateAt(Math.max(end, lastEnd() + periodMs));
    };
    const unwatch = series.metrics.map((metric) => this.metrics.watch(metric, wake));
    evaluateAt(lastEnd() + periodMs);
    const stop = () => {
      cancel?.();
      for (const end of unwatch) end();
    };
    this.#watched.set(alarm.arn, { alarm, stop });
  }

  /**
   * Whether only a new value over the threshold can change its state. Then nobody needs to evaluate it until there is
   * such a value, however long that takes.
   */
  #isAtRest({ state, definition }: Alarm, series: Series, end: number): boolean {
    const { TreatMissingData, ComparisonOperator, Threshold = 0 } = definition;
    if (state !== 'OK' || TreatMissingData !== 'notBreaching') return false;
    if (!ComparisonOperator?.startsWith('GreaterThan') || isBreaching(ComparisonOperator, 0, Threshold))
      return false;
    // Values of later periods, which come before their evaluation, count as well.
    const values = series.values(this.metrics, end + 2 * series.periodMs, rangeOf(definition) + 2);
    return values.every((value) => value === undefined || !isBreaching(ComparisonOperator, value, Threshold));
  }

  #evaluate(alarm: Alarm, series: Series, end: number): void {
    const values = series.values(this.metrics, end, rangeOf(alarm.definition));
    const state = stateOf(alarm.definition, values);
    if (state === undefined || state === alarm.state) return;
    const { EvaluationPeriods = 1, ComparisonOperator, Threshold } = alarm.definition;
    const counted = values.slice(-EvaluationPeriods).map((value) => value ?? 'missing');
    this.#enter(
      alarm,
      state,
      `Threshold Crossed: datapoints [${counted.join(', ')}] against ${ComparisonOperator} (${Threshold}).`,
    );
  }

  #enter(alarm: Alarm, state: StateValue, reason: string): void {
    const { accountId, events, sns, timeline } = this.#context;
    const before = alarm.state;
    if (before === state) return;
    Object.assign(alarm, { state, reason, stateSince: timeline.now() });
    events.emit(alarm.region, {
      source: 'aws.cloudwatch',
      detailType: 'CloudWatch Alarm State Change',
      detail: { alarmName: alarm.name, previousState: { value: before }, state: { value: state, reason } },
      resources: [alarm.arn],
    });
    if (!alarm.actionsEnabled) return;
    const { subject, message } = notificationOf(alarm, accountId, before);
    const publisher = { service: 'cloudwatch.amazonaws.com', sourceArn: alarm.arn };
    for (const topicArn of actionsOf(alarm.definition, state)) {
      const why = whyRefused(() => sns.publishFor(publisher, topicArn, message, subject));
      if (why !== undefined) this.refused.push({ alarm: alarm.name, topicArn, why, at: timeline.now() });
    }
  }
}

function actionsOf(definition: AlarmDefinition, state: StateValue): readonly string[] {
  if (state === 'ALARM') return definition.AlarmActions ?? [];
  return (state === 'OK' ? definition.OKActions : definition.InsufficientDataActions) ?? [];
}

/** @throws ServiceError ValidationError for an alarm without a name; Error for an action that is not a topic. */
function refuseOtherActions(definition: AlarmDefinition): void {
  const { AlarmName, DatapointsToAlarm, EvaluationPeriods, TreatMissingData } = definition;
  if (!AlarmName) throw new ServiceError('ValidationError', 'AlarmName must not be empty');
  const isOnSome = DatapointsToAlarm !== undefined && DatapointsToAlarm !== EvaluationPeriods;
  if (isOnSome && TreatMissingData !== 'notBreaching')
    throw new Error(`an alarm on M of N periods whose missing data are ${TreatMissingData} is not simulated`);
  for (const state of ['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const)
    for (const action of actionsOf(definition, state))
      if (!/^arn:aws:sns:/.test(action)) throw new Error(`an alarm’s action ${action} is not simulated`);
}
