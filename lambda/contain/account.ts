import { GLOBAL, type Scope } from '../core/model.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { ScopeFindings } from '../core/report/report.ts';
import type { RegisteredKind } from '../kinds/kind.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import type { Scopes } from '../shell/sources/regions.ts';
import { atMost } from '../shell/time-limit.ts';
import { Catalog } from './catalog.ts';
import type { Clearance } from './clearance.ts';
import { containScope, type Progress, type ScopeInput } from './scope.ts';

export interface AccountContainment {
  /** Resolves when one scope has been looked at once, or when all is over. */
  readonly firstLook: Promise<unknown>;
  /** All scopes, each when it was contained. Rejects only with the clearance, when nothing has been changed. */
  readonly reports: Promise<ScopeFindings[]>;
}

/**
 * Code of kinds that are not needed before the first stop is loaded when something was stopped in a region, when there was
 * nothing to stop in any, or after so long where AWS does not answer.
 */
const LATER_MS = 5_000;

/** What a containment needs from outside. */
export interface ContainDeps {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly kinds: readonly RegisteredKind[];
  readonly policy: Policy;
  /** ARNs of this kill switch's own parts, which no kind may touch. */
  readonly self?: readonly string[];
  /** Milliseconds before a scope is looked at again: `VERIFY_AFTER_MS`, unless a test knows better. */
  readonly verifyAfterMs: number;
  readonly onProgress: (progress: Progress) => void;
}

/** Contains every scope at once: none waits for another, and opted-in regions join when they are known. */
export function containAccount(
  deps: ContainDeps,
  scopes: Scopes,
  clearance: Promise<Clearance>,
): AccountContainment {
  const { clients, clock, policy, verifyAfterMs } = deps;
  let looked = () => {};
  const firstStep = new Promise<void>((resolve) => {
    looked = resolve;
  });
  let stopped = () => {};
  const firstDone = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const catalog = new Catalog(deps.kinds, () =>
    atMost(clock, LATER_MS, firstDone, undefined, clients.deadline),
  );
  const contain = (scope: Scope, more: Pick<ScopeInput, 'credentials'> = {}) =>
    containScope({
      ...more,
      scope,
      clients,
      clock,
      policy,
      self: deps.self ?? [],
      catalog,
      verifyAfterMs,
      clearance,
      kinds: deps.kinds.filter((kind) => (kind.scope === 'global') === (scope === GLOBAL)),
      onProgress: (step) => {
        looked();
        deps.onProgress(step);
      },
      onFirstDone: (hasActed) => {
        waiting.delete(scope);
        if (waiting.size === 0 || (hasActed && scope !== GLOBAL)) stopped();
      },
    });
  const regions = scopes.now.filter((scope) => scope !== GLOBAL);
  const waiting = new Set(regions.length > 0 ? regions : scopes.now);
  const iam = scopes.now.filter((scope) => scope === GLOBAL).map((scope) => contain(scope));
  const credentials = Promise.all(iam).then(([findings]) => findings?.lastActedAt);
  credentials.catch(() => {}); // rejects only with the clearance, as every scope does
  const inRegion = (region: Scope) => contain(region, { credentials });
  const first = [...iam, ...scopes.now.filter((scope) => scope !== GLOBAL).map(inRegion)];
  const rest = scopes.later.then(({ scopes: later }) => later.map(inRegion));
  // Each is waited for, also after one has failed: nobody may be left working unobserved.
  const begun = Promise.allSettled(first);
  const reports = rest.then(async (later) => {
    await Promise.allSettled([begun, ...later]);
    return Promise.all([...first, ...later]);
  });
  return { firstLook: Promise.race([firstStep, Promise.allSettled([reports])]), reports };
}
