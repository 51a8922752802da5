import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { errorFacts, type Gap, GLOBAL, type Scope } from '../../core/model.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { DEFAULT_REGIONS, GLOBAL_REGION, inPartition, isKnownRegion } from '../../core/regions.ts';
import { InputError } from '../../core/settings.ts';
import type { Clients } from '../calls/clients.ts';

export interface Scopes {
  /** Scopes that start at once: IAM, and the regions that every account has. */
  readonly now: readonly Scope[];
  /** Opted-in regions, as DescribeRegions lists them; a gap if it fails and matters. Never rejects. */
  readonly later: Promise<{ readonly scopes: readonly Scope[]; readonly gap?: Gap }>;
  /** Rejects with InputError when the user named an unknown region: after a typo, nothing must be changed. */
  readonly checked: Promise<void>;
}

const isWanted = (scope: Scope, { onlyRegions, excludeRegions }: Policy): boolean =>
  !excludeRegions.has(scope) && (scope === GLOBAL || onlyRegions.size === 0 || onlyRegions.has(scope));

/** Scopes that a run starts with: IAM, and the regions that need no opt-in. */
export const firstScopes = (policy: Policy): Scope[] =>
  [GLOBAL, ...DEFAULT_REGIONS].filter((scope) => isWanted(scope, policy));

/** Decides where to look: all enabled regions, narrowed by `--region` and `--exclude-region`. */
export function scopesFor(policy: Policy, clients: Clients): Scopes {
  const { onlyRegions, excludeRegions } = policy;
  const wanted = (scope: Scope) => isWanted(scope, policy);
  const enabled = enabledRegions(clients);
  const started: ReadonlySet<string> = new Set(DEFAULT_REGIONS);
  return {
    now: firstScopes(policy),
    later: enabled.then(
      (regions) => ({ scopes: regions.filter((region) => !started.has(region) && wanted(region)) }),
      (thrown: unknown) => {
        // Regions that the user named are examined, even if we do not know whether they are enabled. Then nothing
        // is missing.
        if (onlyRegions.size > 0)
          return { scopes: [...onlyRegions].filter((region) => !started.has(region) && wanted(region)) };
        return { scopes: [], gap: { kind: 'opted-in-regions', scope: GLOBAL, ...errorFacts(thrown) } };
      },
    ),
    checked: check([...onlyRegions, ...excludeRegions], enabled),
  };
}

async function check(named: readonly string[], enabled: Promise<readonly string[]>): Promise<void> {
  const unknown = named.filter((region) => region !== GLOBAL && !isKnownRegion(region));
  if (unknown.length === 0) return;
  const regions = await enabled.catch(() => [] as string[]);
  const wrong = unknown.filter((region) => !regions.includes(region));
  if (wrong.length > 0)
    throw new InputError(
      wrong.map(
        (region) =>
          `region: ${region} is not a region of this account: expected e.g. us-east-1, or global for IAM`,
      ),
    );
}

/** Who answers is not too late for this; a region that is slow need not hold the others up. */
const HEDGE_MS = 1_500;

/**
 * Enabled regions of this partition. Without `AllRegions`, only those are listed (API_DescribeRegions). us-east-1 is
 * asked, and when it fails or is slow all others: an organization may close it, and no document says that the list
 * depends on the region that is asked. @throws the error of us-east-1 when no region answers.
 */
async function enabledRegions(clients: Clients): Promise<string[]> {
  const ask = async (region: string) => {
    const { Regions = [] } = await clients
      .of(EC2Client, region)
      .send(new DescribeRegionsCommand({}), clients.options);
    return Regions.flatMap(({ RegionName }) => RegionName ?? []).filter(inPartition);
  };
  const first = ask(GLOBAL_REGION);
  const answered = new AbortController();
  try {
    const slow = clients.clock.sleep(HEDGE_MS, answered.signal).catch(() => {}); // ends by its signal
    const soon = await Promise.race([first.catch(() => undefined), slow]);
    if (soon) return soon;
    const others = DEFAULT_REGIONS.filter((region) => region !== GLOBAL_REGION);
    return await Promise.any([first, ...others.map(ask)]).catch(() => first);
  } finally {
    answered.abort();
  }
}
