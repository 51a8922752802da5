import type { AllowLists } from '../local/allow-lists.ts';
import type { Host } from '../local/local-run.ts';
import type { DeployedListsOptions } from './deployed-lists.ts';

/**
 * What a run on this machine spares beside what its options name. The deployed stack's list is asked for only where it
 * can count.
 * @param own what is spared already, see `configLists`
 * @param asks whether a person is there who can agree to that list
 * @throws InputError as `deployedLists`.
 */
export async function sparedLists(
  host: Host,
  options: DeployedListsOptions,
  own: readonly AllowLists[],
  asks: boolean,
): Promise<readonly AllowLists[]> {
  if (!asks && !options.allowDeployed) return own;
  const { deployedLists } = await import('./deployed-lists.ts');
  return [...own, ...(await deployedLists(host, options, own))];
}
