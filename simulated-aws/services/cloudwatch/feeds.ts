import type { Timeline } from '../../time/timeline.ts';
import type { Functions } from '../lambda/functions.ts';
import type { Sqs } from '../sqs/sqs.ts';
import { type Metrics, metricKey } from './metrics.ts';

/** SQS sends metrics of a queue that holds messages, and for six hours longer (see behaviours.ts). */
const ACTIVE_MS = 6 * 3_600_000;
const VISIBLE = 'ApproximateNumberOfMessagesVisible';

/**
 * Counts invocations, errors and throttles of the functions. Each counts at the end of its run, for the time of its
 * start. Source: Lambda developer guide, "Types of metrics for Lambda functions".
 */
export function feedFromFunctions(metrics: Metrics, functions: Functions): void {
  const key = (region: string, metric: string, name: string) =>
    metricKey(region, 'AWS/Lambda', metric, [{ Name: 'FunctionName', Value: name }]);
  functions.onRun = ({ region, name }, { startedAt, error }) => {
    metrics.add(key(region, 'Invocations', name), startedAt, 1);
    metrics.add(key(region, 'Errors', name), startedAt, error ? 1 : 0);
  };
  functions.onThrottled = ({ region, name }) =>
    metrics.add(key(region, 'Throttles', name), functions.context.timeline.now(), 1);
}

/** How many messages wait in each queue. Source: SQS developer guide, "Available CloudWatch metrics for Amazon SQS". */
export function feedFromQueues(metrics: Metrics, sqs: Sqs, timeline: Timeline): void {
  metrics.gauge = (metric, from, to) => {
    const [region = '', namespace, name, dimension = ''] = metric.split(' ');
    if (namespace !== 'AWS/SQS') return undefined;
    if (name !== VISIBLE) throw new Error(`the metric ${name} is not simulated`);
    const queue = sqs.named(region, dimension.replace('QueueName=', ''));
    if (!queue) return undefined;
    const waiting = sqs.visible(queue).filter(({ sentAt }) => sentAt < to);
    const { lastActiveAt = Number.NEGATIVE_INFINITY } = queue;
    return lastActiveAt < from - ACTIVE_MS ? undefined : waiting.length;
  };
  sqs.onMessage = ({ region, name }) =>
    metrics.changed(
      metricKey(region, 'AWS/SQS', VISIBLE, [{ Name: 'QueueName', Value: name }]),
      timeline.now(),
    );
}
