import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { errorFacts } from '../../core/model.ts';
import { GLOBAL_REGION } from '../../core/regions.ts';
import type { Spend } from '../../core/report/report-document.ts';
import type { Clients } from '../calls/clients.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';

const LIMIT_MS = 10_000;

/**
 * This month's spend by service and region, from one Cost Explorer request ($0.01). The data is up to a day
 * old. A refusal is no gap, because it hides nothing that we could stop. Never rejects.
 */
export async function readSpend(clients: Clients, clock: Clock): Promise<Spend> {
  try {
    const client = clients.of(CostExplorerClient, GLOBAL_REGION);
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const now = clock.now();
    const query = new GetCostAndUsageCommand({
      TimePeriod: { Start: `${day(now).slice(0, 7)}-01`, End: day(now + 86_400_000) },
      Granularity: 'MONTHLY',
      Metrics: ['UnblendedCost'],
      GroupBy: [
        { Type: 'DIMENSION', Key: 'SERVICE' },
        { Type: 'DIMENSION', Key: 'REGION' },
      ],
    });
    const ask = () => client.send(query, clients.options);
    const { ResultsByTime = [] } = await within(clock, LIMIT_MS, 'Cost Explorer', ask);
    const rows = ResultsByTime.flatMap(({ Groups = [] }) => Groups).map(({ Keys = [], Metrics }) => ({
      service: Keys[0] ?? 'unknown',
      region: Keys[1] ?? 'unknown',
      usd: Number(Metrics?.['UnblendedCost']?.Amount ?? 0),
    }));
    return { rows: rows.sort((a, b) => b.usd - a.usd) };
  } catch (thrown) {
    return { unavailable: errorFacts(thrown).error };
  }
}
