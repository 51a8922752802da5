import { GLOBAL } from '../core/model.ts';
import type { Report } from '../core/report-document.ts';
import type { ExposedKey } from '../core/signal.ts';
import type { Trigger } from '../core/trigger.ts';
import type { Deps } from '../deps.ts';
import { run } from '../run.ts';

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
