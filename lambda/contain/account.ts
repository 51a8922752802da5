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
  /** Resolves when one scope has ended its first pass, or when all scopes have ended. */
  readonly firstLook: Promise<unknown>;
  /** Resolves when all scopes have ended. Rejects only with the clearance; then nothing has been changed. */
  readonly reports: Promise<ScopeFindings[]>;
}

/**
 * The code of kinds that are not needed before the first stop is loaded when something was stopped in a
 * region, when no region had anything to stop, or after this time when AWS does not answer.
 */
const LATER_MS = 5_000;

/** What a containment needs from outside. */
export interface ContainDeps {
  readonly clients: Clients;
  readonly clock: Clock;
  readonly kinds: readonly RegisteredKind[];
  readonly policy: Policy;
  /** ARNs of this kill switch's own parts, which no kind may change. */
  readonly self?: readonly string[];
  /** Milliseconds between a pass and the next one in the same scope: `VERIFY_AFTER_MS` against AWS. */
  readonly verifyAfterMs: number;
  readonly onProgress: (progress: Progress) => void;
}

/** Contains all scopes at once. No scope waits for another; opted-in regions join when they are known. */
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
  // Waits for every scope, also after one has failed: no scope may go on unobserved.
  const begun = Promise.allSettled(first);
  const reports = rest.then(async (later) => {
    await Promise.allSettled([begun, ...later]);
    return Promise.all([...first, ...later]);
  });
  return { firstLook: Promise.race([firstStep, Promise.allSettled([reports])]), reports };
}
