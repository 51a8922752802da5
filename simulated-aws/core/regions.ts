import { DEFAULT_REGIONS, OPT_IN_REGIONS } from '../../lambda/core/regions.ts';

export type OptInStatus = 'opt-in-not-required' | 'opted-in' | 'not-opted-in';

export interface SimulatedRegion {
  readonly name: string;
  readonly optInStatus: OptInStatus;
}

/**
 * The regions of the `aws` partition and which of them this account may use. Those from before 20 March 2019 need no
 * opt-in. Source: Account Management guide, "Enable or disable AWS Regions in your account".
 */
export class Regions {
  readonly #optedIn: Set<string>;

  /** @throws Error for a region that needs no opt-in, or that does not exist. */
  constructor(optedIn: readonly string[] = []) {
    this.#optedIn = new Set();
    for (const region of optedIn) this.enable(region);
  }

  /** Every region, enabled or not, as DescribeRegions with AllRegions lists them. */
  all(): readonly SimulatedRegion[] {
    return [
      ...DEFAULT_REGIONS.map((name) => ({ name, optInStatus: 'opt-in-not-required' as const })),
      ...OPT_IN_REGIONS.map((name) => ({
        name,
        optInStatus: this.#optedIn.has(name) ? ('opted-in' as const) : ('not-opted-in' as const),
      })),
    ];
  }

  isEnabled(region: string): boolean {
    return this.#optedIn.has(region) || DEFAULT_REGIONS.some((name) => name === region);
  }

  enabled(): readonly string[] {
    return [...DEFAULT_REGIONS, ...this.#optedIn];
  }

  /** Opts in at once, where AWS takes minutes to hours. @throws Error for a region that is not one to opt in to. */
  enable(region: string): void {
    if (!OPT_IN_REGIONS.some((name) => name === region))
      throw new Error(`${region} is not a region that an account opts in to`);
    this.#optedIn.add(region);
  }
}
