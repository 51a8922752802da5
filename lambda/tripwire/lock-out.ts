import { GLOBAL } from '../core/model.ts';
import type { Report } from '../core/report/report-document.ts';
import type { ExposedKey } from '../core/signal.ts';
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
