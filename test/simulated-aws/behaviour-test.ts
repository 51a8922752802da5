import { it } from 'vitest';
import type { Behaviour } from '../../simulated-aws/core/behaviour.ts';

/**
 * The test of one claimed behaviour, titled by its claim.
 * @throws Error for an id that the list does not have.
 */
export function behaviour(list: readonly Behaviour[], id: string, body: () => void | Promise<void>): void {
  const claimed = list.find((each) => each.id === id);
  if (claimed === undefined) throw new Error(`no such behaviour is claimed: ${id}`);
  it(claimed.claim, body);
}
