import { GLOBAL } from '../core/model.ts';
import type { Report } from '../core/report/report-document.ts';
import type { ExposedKey, Signal } from '../core/signal.ts';
import type { ExposedUser } from '../core/signals/exposed-users.ts';
import { isRemembered, remembering } from '../core/tripwire/exposures.ts';
import { dealtWith, type TripwireMemory } from '../core/tripwire/memory.ts';
import type { Trigger } from '../core/verdict/trigger.ts';
import type { Deps } from '../engine/deps.ts';
import { run } from '../engine/run.ts';
import { unfinishedLines } from './unfinished.ts';

/**
 * Disables the keys that AWS reports as exposed, and denies their users everything, also users on the
 * allowlist. It changes nothing else. It is a containment of IAM alone, journaled and restored like any
 * other.
 */
export function lockOut(deps: Deps, trigger: Trigger, exposed: readonly ExposedKey[]): Promise<Report> {
  const policy = {
    ...deps.policy,
    onlyRegions: new Set([GLOBAL]),
    exposed: {
      accessKeys: new Set(exposed.flatMap(({ accessKeyIds }) => accessKeyIds)),
      users: new Set(exposed.flatMap(({ users }) => users)),
    },
  };
  const reasons = exposed.map(({ text }) => text);
  return run({ ...deps, policy }, trigger, { level: 'fire', reasons });
}

/** Whether the lock-out is complete. A run that may change nothing has nothing to complete. */
export const isLockedOut = ({ acted, contained }: Report): boolean => contained || !acted;

export const isExposedKey = (signal: Signal): signal is ExposedKey => signal.kind === 'exposed-key';

/**
 * Remembers who was locked out for these signals, so that a user whom the owner restores is not locked out again. An
 * event may name a key only: then what the run has changed tells whose it is. A run that changed nothing, since it may
 * not, locked out nobody.
 */
export function lockedOut(
  memory: TripwireMemory,
  signals: readonly ExposedKey[],
  reports: readonly Report[],
  now: number,
): TripwireMemory {
  const handled = (some: readonly ExposedKey[]) =>
    dealtWith(
      memory,
      some.map(({ id }) => id),
    );
  if (reports.some(({ acted }) => !acted)) return handled(signals);
  const told = signals.filter(({ isQuarantine }) => !isQuarantine);
  const seen = signals.filter(({ isQuarantine }) => isQuarantine).flatMap(({ users }) => users);
  const changed = told.length > 0 ? reports.flatMap(({ actions }) => actions.map(({ id }) => id)) : [];
  const named = [...told.flatMap(({ users }) => users), ...changed];
  const exposures = remembering(memory.exposures, seen, { isSeen: true, now });
  return {
    ...handled(told),
    exposures: remembering(exposures, named, { isSeen: false, now }),
  };
}

/** Users whom AWS still has quarantined, and who are not locked out again: the memory says that this was done. */
export const restoredIn = (
  quarantined: readonly ExposedUser[] = [],
  { exposures }: TripwireMemory,
  dryRun: boolean,
): ExposedUser[] =>
  quarantined.filter(({ user, isDenied }) => !dryRun && !isDenied && isRemembered(exposures, user));

/** @throws Error that names what is left: Lambda then tries again, and its alarm rings. */
export function refuseExposed(lockOuts: readonly (Report | undefined)[]): void {
  const left = lockOuts.flatMap((report) =>
    report && !isLockedOut(report) ? [unfinishedLines(report)] : [],
  );
  if (left.length === 0) return;
  const lines = left.flat().slice(0, MOST_LINES).join('; ') || 'no later look confirmed the lock-out';
  throw new Error(`a key that AWS reports as exposed may still work: ${lines}`);
}

const MOST_LINES = 10;
