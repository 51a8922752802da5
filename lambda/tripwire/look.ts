import type { Meter } from '../core/meter.ts';
import { errorFacts, type Gap, GLOBAL, isGap, type Resource, type Scope } from '../core/model.ts';
import type { Policy } from '../core/policy.ts';
import type { Kind } from '../kinds/kind.ts';
import { awsFor } from '../shell/aws.ts';
import type { Clients } from '../shell/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { within } from '../shell/patience.ts';
import { scopesFor } from '../shell/regions.ts';

export interface Metered extends Meter {
  readonly id: string;
  readonly region: Scope;
}

export interface Look {
  readonly metered: readonly Metered[];
  /** Regions of which not everything was seen, each with the reason. */
  readonly dark: readonly Gap[];
  /** All that were asked. */
  readonly regions: readonly Scope[];
  /** False when nobody could say which regions are opted in. */
  readonly isWhole: boolean;
}

/** A region that has not answered by then is dark this time: a tick must be over before the next. */
const PATIENCE_MS = 20_000;

/** What bills by the hour now, in every enabled region at once: one filtered call each, and a page more where it is full. */
export async function lookEverywhere(
  clients: Clients,
  clock: Clock,
  policy: Policy,
  kinds: readonly Kind[],
): Promise<Look> {
  const metered: Metered[] = [];
  const dark: Gap[] = [];
  const regions: Scope[] = [];
  const scopes = scopesFor(policy, clients);
  scopes.checked.catch(() => {}); // no region is named here
  const lookAt = async (region: Scope) => {
    regions.push(region);
    const over = new AbortController();
    const late = clock.sleep(PATIENCE_MS, over.signal).then(() => {
      throw Object.assign(new Error(`no answer within ${PATIENCE_MS / 1000} s`), { name: 'TimeoutError' });
    });
    try {
      await Promise.race([Promise.all(kinds.map((kind) => meterKind(clients, kind, region, metered))), late]);
    } catch (thrown) {
      dark.push({ kind: 'tripwire', scope: region, ...errorFacts(thrown) });
    } finally {
      over.abort();
      late.catch(() => {});
    }
  };
  const first = scopes.now.filter((scope) => scope !== GLOBAL).map(lookAt);
  const { scopes: more, gap } = await within(clock, PATIENCE_MS, 'DescribeRegions', () => scopes.later).catch(
    (thrown: unknown) => ({
      scopes: [],
      gap: { kind: 'opted-in-regions', scope: GLOBAL, ...errorFacts(thrown) },
    }),
  );
  if (gap) dark.push(gap);
  await Promise.all([...first, ...more.map(lookAt)]);
  // What a late region still finds comes too late for this tick.
  return { metered: [...metered], dark, regions, isWhole: gap === undefined };
}

/** @throws what made the kind's list incomplete; what was found until then is kept. */
async function meterKind(clients: Clients, kind: Kind, region: Scope, found: Metered[]): Promise<void> {
  for await (const page of kind.discover?.(awsFor(clients, region), 'stop') ?? []) {
    // Whose spot request is unknown is billed all the same.
    if (isGap(page)) continue;
    for (const resource of page) found.push(meteredBy(kind, resource, region));
  }
}

const meteredBy = (kind: Kind, resource: Resource, region: Scope): Metered => ({
  ...(kind.meter?.(resource) ?? { type: 'unknown', lifecycle: 'on-demand' as const, launchedAt: undefined }),
  id: resource.id,
  region,
});
