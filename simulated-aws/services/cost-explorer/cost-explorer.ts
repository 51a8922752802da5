import type * as api from '@aws-sdk/client-cost-explorer';
import { monthStart, type Spend } from '../../core/ledger.ts';
import { type Operations, ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';

const DAY_MS = 86_400_000;

/** Cost Explorer's names of the services in the ledger. */
const SERVICE_NAMES: Readonly<Record<string, string>> = {
  EC2: 'Amazon Elastic Compute Cloud - Compute',
  Fargate: 'Amazon Elastic Container Service',
};

/**
 * Cost Explorer on the ledger as it was at the last midnight, UTC. Source: "Cost Explorer refreshes your cost data at
 * least once every 24 hours" (Cost Management user guide); the hour is an assumption.
 */
export function costExplorerOperations({
  timeline,
  ledger,
}: Pick<ServiceContext, 'timeline' | 'ledger'>): Operations {
  return {
    GetCostAndUsage(input: api.GetCostAndUsageRequest): api.GetCostAndUsageResponse {
      const { TimePeriod, Granularity, Metrics = [], GroupBy = [], Filter } = input;
      if (Filter) throw invalid('Filter is not simulated');
      if (Metrics.length === 0) throw invalid('Metrics is required');
      const [start, end] = [dayOf(TimePeriod?.Start), dayOf(TimePeriod?.End)];
      if (end <= start) throw invalid('Start date (and hour) should be before end date (and hour)');
      const seenUntil = Math.floor(timeline.now() / DAY_MS) * DAY_MS;
      const ResultsByTime = periods(start, end, Granularity).map(([from, to]) => {
        const spends = from < seenUntil ? ledger.byServiceAndRegion(from, Math.min(to, seenUntil)) : [];
        return {
          TimePeriod: { Start: day(from), End: day(to) },
          Estimated: to > monthStart(timeline.now()),
          ...grouped(spends, GroupBy, Metrics),
        };
      });
      return { GroupDefinitions: GroupBy, ResultsByTime, DimensionValueAttributes: [] };
    },
  };
}

function grouped(
  spends: readonly Spend[],
  groupBy: readonly api.GroupDefinition[],
  metrics: readonly string[],
): Pick<api.ResultByTime, 'Total' | 'Groups'> {
  const metricsOf = (usd: number) =>
    Object.fromEntries(metrics.map((metric) => [metric, { Amount: usd.toFixed(10), Unit: 'USD' }]));
  if (groupBy.length === 0)
    return { Total: metricsOf(spends.reduce((sum, { usd }) => sum + usd, 0)), Groups: [] };
  const groups = new Map<string, { readonly keys: string[]; readonly usd: number }>();
  for (const spend of spends) {
    const keys = groupBy.map(({ Type, Key }) => keyOf(spend, Type, Key));
    const name = JSON.stringify(keys);
    groups.set(name, { keys, usd: (groups.get(name)?.usd ?? 0) + spend.usd });
  }
  return {
    Total: {},
    Groups: [...groups.values()].map(({ keys, usd }) => ({ Keys: keys, Metrics: metricsOf(usd) })),
  };
}

function keyOf({ service, region }: Spend, type: string | undefined, key: string | undefined): string {
  if (type === 'DIMENSION' && key === 'SERVICE') return SERVICE_NAMES[service] ?? service;
  if (type === 'DIMENSION' && key === 'REGION') return region;
  throw invalid(`grouping by ${type} ${key} is not simulated`);
}

function periods(start: number, end: number, granularity: api.Granularity | undefined): [number, number][] {
  if (granularity !== 'MONTHLY' && granularity !== 'DAILY')
    throw invalid(`granularity ${granularity} is not simulated`);
  const list: [number, number][] = [];
  for (let from = start; from < end; ) {
    const to = Math.min(end, granularity === 'DAILY' ? from + DAY_MS : monthStart(from, 1));
    list.push([from, to]);
    from = to;
  }
  return list;
}

function dayOf(text = ''): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(time)) throw invalid(`not a date: ${text}`);
  return time;
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
const invalid = (message: string) => new ServiceError('ValidationException', message);
