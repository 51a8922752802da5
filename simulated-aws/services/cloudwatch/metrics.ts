/** A metric of one thing: `us-east-1 AWS/Lambda Errors FunctionName=worker`. */
export type MetricKey = string;

/** Source: API_Metric; dimensions in any order are the same metric. */
export function metricKey(
  region: string,
  namespace: string,
  name: string,
  dimensions: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[] = [],
): MetricKey {
  const named = dimensions.map(({ Name, Value }) => `${Name}=${Value}`).sort();
  return [region, namespace, name, ...named].join(' ');
}

export type Statistic = 'Sum' | 'Maximum';

interface Minute {
  sum: number;
  maximum: number;
}

const MINUTE_MS = 60_000;

/** Looks a value up that nobody adds as data: the length of a queue. */
export type Gauge = (metric: MetricKey, from: number, to: number) => number | undefined;

/** What services have measured, by the minute. Times in ms since 1970. */
export class Metrics {
  readonly #minutes = new Map<MetricKey, Map<number, Minute>>();
  readonly #watchers = new Map<MetricKey, Set<(at: number) => void>>();
  /** For metrics that nobody has added data to. */
  gauge: Gauge | undefined;

  add(metric: MetricKey, at: number, value: number): void {
    const minutes = this.#minutes.get(metric) ?? new Map<number, Minute>();
    this.#minutes.set(metric, minutes);
    const index = Math.floor(at / MINUTE_MS);
    const minute = minutes.get(index);
    if (minute) {
      minute.sum += value;
      minute.maximum = Math.max(minute.maximum, value);
    } else minutes.set(index, { sum: value, maximum: value });
    this.changed(metric, at);
  }

  /** Calls those who watch a metric: there is something new for that time. */
  changed(metric: MetricKey, at: number): void {
    for (const watcher of this.#watchers.get(metric) ?? []) watcher(at);
  }

  watch(metric: MetricKey, watcher: (at: number) => void): () => void {
    const watchers = this.#watchers.get(metric) ?? new Set();
    this.#watchers.set(metric, watchers.add(watcher));
    return () => void watchers.delete(watcher);
  }

  /** The statistic from `from` on and before `to`; undefined without data. */
  value(metric: MetricKey, statistic: Statistic, from: number, to: number): number | undefined {
    const minutes = this.#minutes.get(metric);
    if (!minutes) return this.gauge?.(metric, from, to);
    let value: number | undefined;
    for (let index = Math.floor(from / MINUTE_MS); index * MINUTE_MS < to; index++) {
      const minute = minutes.get(index);
      if (!minute) continue;
      value =
        statistic === 'Sum' ? (value ?? 0) + minute.sum : Math.max(value ?? minute.maximum, minute.maximum);
    }
    return value;
  }
}
