import { errorFacts, type Gap, GLOBAL, isGap, type Resource, type Scope } from '../core/model.ts';
import type { Meter } from '../core/policy/descriptor.ts';
import type { Policy } from '../core/policy/policy.ts';
import { isLoaded, type Kind, type RegisteredKind } from '../kinds/kind.ts';
import { awsFor } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { scopesFor } from '../shell/sources/regions.ts';
import { within } from '../shell/time-limit.ts';

/** A resource that AWS bills by the hour, and the kind whose price list applies. */
export interface Metered extends Meter, Pick<Resource, 'id' | 'owner'> {
  readonly kind: Kind;
  readonly region: Scope;
}

export interface Look {
  readonly metered: readonly Metered[];
  /** Each kind and region that we could not list completely, with the reason. */
  readonly gaps: readonly Gap[];
  /** All regions that we asked. */
  readonly regions: readonly Scope[];
  /** Listings (one kind in one region) that were read to their end. */
  readonly answered: number;
  /** False when DescribeRegions failed: opted-in regions are then missing. */
  readonly isWhole: boolean;
}

/** A listing that takes longer is a gap: a tick must end before the next one begins. */
const LIMIT_MS = 20_000;

/** Lists what AWS bills by the hour now, in all enabled regions at once: one filtered call per page. */
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
  scopes.checked.catch(() => {}); // rejects only for regions that a user names; a tick has none
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
  // A copy: a region that answers late must not change the result any more.
  return { metered: [...metered], gaps, regions, answered, isWhole: gap === undefined };
}

/**
 * Lists one kind in one region into `found`.
 * @returns whether the kind bills by the hour.
 * @throws the error that made the list incomplete; `found` keeps what came before it.
 */
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
    // For example, a machine's spot request could not be read: the machine is billed all the same.
    if (isGap(page)) continue;
    for (const { id, owner, facts } of page)
      found.push({ ...kind.meter(facts), kind, id, region, ...(owner ? { owner } : {}) });
  }
  return true;
}
