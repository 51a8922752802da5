import type { SimulatedAccount } from '../account.ts';

/** One resource of a template to create, with its properties resolved. */
export interface Creation<Properties> {
  readonly account: SimulatedAccount;
  readonly region: string;
  /** Folders of the assets in the cloud assembly, by the name of the asset's archive without its ending. */
  readonly assets: ReadonlyMap<string, string>;
  /** Physical id. */
  readonly id: string;
  readonly properties: Properties;
  readonly confirmed: boolean;
}
