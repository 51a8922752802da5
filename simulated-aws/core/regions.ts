/**
 * Regions of the `aws` partition that every account has without an opt-in: those from before 20 March 2019. Source:
 * Account Management guide, "Enable or disable AWS Regions in your account".
 */
const DEFAULT_REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
];

/** Regions that an account has to opt in to. Source: the same page, 2026-11. */
const OPT_IN_REGIONS = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
];

/** Whether AWS has a region of that name in the `aws` partition. */
export const isRegion = (name: string): boolean =>
  DEFAULT_REGIONS.includes(name) || OPT_IN_REGIONS.includes(name);

export type OptInStatus = 'opt-in-not-required' | 'opted-in' | 'not-opted-in';

export interface SimulatedRegion {
  readonly name: string;
  readonly optInStatus: OptInStatus;
}

/** The regions of the `aws` partition, and which of them this account may use. */
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
    return this.#optedIn.has(region) || DEFAULT_REGIONS.includes(region);
  }

  enabled(): readonly string[] {
    return [...DEFAULT_REGIONS, ...this.#optedIn];
  }

  /** Opts in at once, where AWS takes minutes to hours. @throws Error for a region that is not one to opt in to. */
  enable(region: string): void {
    if (!OPT_IN_REGIONS.includes(region))
      throw new Error(`${region} is not a region that an account opts in to`);
    this.#optedIn.add(region);
  }

  /** Opts out at once. What is in the region stays and bills on, out of everybody's reach. Source: Billing user guide, "Avoiding unexpected charges". */
  disable(region: string): void {
    this.#optedIn.delete(region);
  }
}
