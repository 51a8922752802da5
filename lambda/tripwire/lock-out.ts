import { GLOBAL } from '../core/model.ts';
import type { Report } from '../core/report/report-document.ts';
import type { ExposedKey } from '../core/signal.ts';
import type { Trigger } from '../core/verdict/trigger.ts';
import type { Deps } from '../engine/deps.ts';
import { run } from '../engine/run.ts';
import { unfinishedLines } from './unfinished.ts';

/**
 * Disables the keys that AWS reports as exposed and denies their users everything, allowlisted or not, and touches
 * nothing else: one containment of IAM alone, journaled and undone like any other.
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

/** Whether nothing of what AWS reported is left to lock out; where nothing is changed there never is. */
export const isLockedOut = ({ acted, contained }: Report): boolean => contained || !acted;

/** @throws Error naming what is left: Lambda then tries again, and its alarm rings. */
export function refuseExposed(lockOuts: readonly (Report | undefined)[]): void {
  const left = lockOuts.flatMap((report) =>
    report && !isLockedOut(report) ? [unfinishedLines(report)] : [],
  );
  if (left.length === 0) return;
  const lines = left.flat().slice(0, MOST_LINES).join('; ') || 'it was not seen at rest';
  throw new Error(`a key that AWS reports as exposed may still work: ${lines}`);
}

const MOST_LINES = 10;
