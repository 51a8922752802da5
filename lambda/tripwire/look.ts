import { errorFacts, type Gap, GLOBAL, isGap, type Resource, type Scope } from '../core/model.ts';
import type { Meter } from '../core/policy/descriptor.ts';
import type { Policy } from '../core/policy/policy.ts';
import { isLoaded, type Kind, type RegisteredKind } from '../kinds/kind.ts';
import { awsFor } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { scopesFor } from '../shell/sources/regions.ts';
import { within } from '../shell/time-limit.ts';

/** What bills by the hour, and by whose price list. */
export interface Metered extends Meter, Pick<Resource, 'id' | 'owner'> {
  readonly kind: Kind;
  readonly region: Scope;
}

export interface Look {
  readonly metered: readonly Metered[];
  /** Kinds and regions of which not everything was seen, each with the reason. */
  readonly gaps: readonly Gap[];
  /** All that were asked. */
  readonly regions: readonly Scope[];
  /** Listings of a kind in a region that were read to their end. */
  readonly answered: number;
  /** False when nobody could say which regions are opted in. */
  readonly isWhole: boolean;
}

/** What has not answered by then is a gap this time: a tick must be over before the next. */
const LIMIT_MS = 20_000;

/** What bills by the hour now, in every enabled region at once: one filtered call each, and a page more where it is full. */
export async function lookEverywhere(
  clients: Clients,
  clock: Clock,
  policy: Policy,
  kinds: readonly RegisteredKind[],
): Promise<Look> {
  const metered: Metered[] = [];
  const gaps: Gap[] = [];
  const regions: Scope[] = [];
  let answered = 0;
  const regional = kinds.filter(({ scope }) => scope === 'regional');
  const scopes = scopesFor(policy, clients);
  scopes.checked.catch(() => {}); // no region is named here
  const lookAt = async (region: Scope) => {
    regions.push(region);
    await Promise.all(regional.map((kind) => lookFor(kind, region)));
  };
  const lookFor = async (registered: RegisteredKind, region: Scope) => {
    if (isLoaded(registered) && !registered.meter) return;
    try {
      const meter = () => meterKind(clients, registered, region, metered);
      if (await within(clock, LIMIT_MS, region, meter)) answered += 1;
    } catch (thrown) {
      gaps.push({ kind: registered.name, scope: region, ...errorFacts(thrown) });
    }
  };
  const first = scopes.now.filter((scope) => scope !== GLOBAL).map(lookAt);
  const { scopes: more, gap } = await within(clock, LIMIT_MS, 'DescribeRegions', () => scopes.later).catch(
    (thrown: unknown) => ({
      scopes: [],
      gap: { kind: 'opted-in-regions', scope: GLOBAL, ...errorFacts(thrown) },
    }),
  );
  if (gap) gaps.push(gap);
  await Promise.all([...first, ...more.map(lookAt)]);
  // What a late region still finds comes too late for this tick.
  return { metered: [...metered], gaps, regions, answered, isWhole: gap === undefined };
}

/** @returns whether it bills at all. @throws what made its list incomplete; what was found until then is kept. */
async function meterKind(
  clients: Clients,
  registered: RegisteredKind,
  region: Scope,
  found: Metered[],
): Promise<boolean> {
  const kind = isLoaded(registered) ? registered : await registered.loadKind();
  if (!kind.meter) return false;
  const deed = await kind.load();
  const aws = awsFor(clients, region, kind.limits);
  for await (const page of deed.look?.(aws) ?? deed.discover?.(aws, 'stop') ?? []) {
    // Whose spot request is unknown is billed all the same.
    if (isGap(page)) continue;
    for (const { id, owner, facts } of page)
      found.push({ ...kind.meter(facts), kind, id, region, ...(owner ? { owner } : {}) });
  }
  return true;
}
