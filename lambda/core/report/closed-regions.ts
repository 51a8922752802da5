import type { Gap, Scope } from '../model.ts';
import { REGION_NAME } from '../regions.ts';
import { usd } from '../verdict/decide.ts';
import type { Places, Spend } from './report-document.ts';

/** Cost Explorer's name for what instances cost. Other services, e.g. Config, bill in closed regions too. */
const INSTANCES = 'Amazon Elastic Compute Cloud - Compute';
const LEAST_USD = 0.01;

/**
 * Regions in which instances have cost something this month, but which are closed to us now: by the organization, or
 * because somebody disabled them. What was started there before goes on billing, and no call can see it. Source for disabled
 * ones: Billing user guide, "Avoiding unexpected charges". That a service control policy ends nothing follows from what it
 * is, a limit on permissions. The cost may also be of machines that were ended in time: which of the two cannot be told,
 * so it is a gap.
 * On the first day of a month Cost Explorer has nothing of it yet.
 * @param gaps a missing list of regions is a gap itself, and says more
 */
export function stillBilled(spend: Spend, places: Places, gaps: readonly Gap[]): Gap[] {
  if ('unavailable' in spend || places.isNarrowed) return [];
  if (gaps.some(({ kind }) => kind === 'opted-in-regions')) return [];
  const seen = new Set([...places.regions, ...places.excluded]);
  return spend.rows
    .filter((row) => row.service === INSTANCES && row.usd >= LEAST_USD)
    .filter(({ region }) => REGION_NAME.test(region) && !seen.has(region))
    .map(({ region, usd: cost }) => ({
      kind: 'closed-region',
      scope: region,
      code: 'StillBilled',
      error:
        `StillBilled: instances have cost ${usd(cost)} there this month, but the region is closed to this account ` +
        'now. What was started before goes on billing, and cannot be seen or stopped from here: have the region ' +
        'opened, and run it again',
    }));
}

/** What a report says of each region that the organization closes. */
export const closedText = (region: Scope): string =>
  `${region}, closed by your organization: whatever was started there before it was closed goes on billing, unseen`;
