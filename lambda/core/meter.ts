/** What a running resource is billed for. */
export interface Meter {
  /** As the price list names it: `g4dn.xlarge`. */
  readonly type: string;
  readonly lifecycle: 'on-demand' | 'spot';
  /** When it was last started, in ms since 1970; undefined when it is not told. */
  readonly launchedAt: number | undefined;
}
