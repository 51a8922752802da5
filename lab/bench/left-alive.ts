import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { activeAccessKeys, readAccount, runningInstances } from '../testbed/account-reader.ts';
import type { Moto } from '../testbed/moto.ts';

/** What a contender left behind, as boto3 reads it from moto. */
export interface LeftAlive {
  readonly instances: number;
  readonly keys: number;
}

export async function leftAlive(moto: Moto): Promise<LeftAlive> {
  const account = await readAccount(moto, { regions: DEFAULT_REGIONS });
  return { instances: runningInstances(account).length, keys: activeAccessKeys(account).length };
}

/** `nothing`, or what and how many. */
export function leftAliveText({ instances, keys }: LeftAlive): string {
  const parts = [instances > 0 ? `${instances} instances` : '', keys > 0 ? `${keys} keys` : ''].filter(
    Boolean,
  );
  return parts.length > 0 ? parts.join(', ') : 'nothing';
}
