import type { Signal } from '../signal.ts';
import { compared, isRemembered } from './exposures.ts';
import { KEPT_IDS, type TripwireMemory } from './memory.ts';

/**
 * Whether a signal was handled. A signal of an exposed key is handled when the key is locked out. A quarantine stays
 * handled until it is gone, except where that was a dry run: it is reported once, and locked out later, when that is over.
 */
export function isDealtWith(
  memory: TripwireMemory,
  signal: Signal | { readonly id: string },
  dryRun = false,
): boolean {
  const isInRing = memory.signals.includes(signal.id);
  if (!('kind' in signal) || signal.kind !== 'exposed-key' || !signal.isQuarantine) return isInRing;
  return (dryRun && isInRing) || signal.users.every((user) => isRemembered(memory.exposures, user));
}

/** The memory after a whole list of the users that AWS has quarantined; without a list, the same. */
export const afterPoll = (
  memory: TripwireMemory,
  quarantined: readonly { readonly user: string }[] | undefined,
  now: number,
): TripwireMemory =>
  quarantined
    ? {
        ...memory,
        exposures: compared(
          memory.exposures,
          quarantined.map(({ user }) => user),
          now,
        ),
      }
    : memory;

/** Marks signals as not handled yet. */
export const withoutSignals = (memory: TripwireMemory, ids: readonly string[]): TripwireMemory => ({
  ...memory,
  signals: memory.signals.filter((id) => !ids.includes(id)),
});

export const isKnown = (memory: TripwireMemory | undefined, id: string): boolean =>
  memory?.signals.includes(id) || memory?.announced.includes(id) || false;

/** Marks ids as mailed to the owner. */
export const announced = (memory: TripwireMemory, ids: readonly string[]): TripwireMemory => ({
  ...memory,
  announced: [...new Set([...memory.announced, ...ids])].slice(-KEPT_IDS),
});
