import { GLOBAL, type Scope } from '../core/model.ts';
import type { ScopeFindings } from '../core/report/report.ts';
import type { Deps } from '../engine/deps.ts';
import type { Scopes } from '../shell/sources/regions.ts';
import { Catalog } from './catalog.ts';
import { containScope, type Go, type ScopeInput } from './scope.ts';

export interface AccountContainment {
  /** Resolves when one scope has been looked at once, or when all is over. */
  readonly firstLook: Promise<unknown>;
  /** All scopes, each when it was contained. Rejects only with `go`, when nothing has been changed. */
  readonly reports: Promise<ScopeFindings[]>;
}

/**
 * Code of kinds that are not needed before the first stop is loaded when something was stopped in a region, when there was
 * nothing to stop in any, or after so long where AWS does not answer.
 */
const LATER_MS = 5_000;

/** Contains every scope at once: none waits for another, and opted-in regions join when they are known. */
export function containAccount(deps: Deps, scopes: Scopes, go: Promise<Go>): AccountContainment {
  const { clients, clock, policy, verifyAfterMs } = deps;
  let looked = () => {};
  const firstStep = new Promise<void>((resolve) => {
    looked = resolve;
  });
  let stopped = () => {};
  const firstDone = new Promise<void>((resolve) => {
    stopped = resolve;
  });
  const catalog = new Catalog(deps.kinds, async () => {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, clients.deadline]);
    await Promise.race([firstDone, clock.sleep(LATER_MS, signal).catch(() => {})]); // ends by its signal
    over.abort();
  });
  const contain = (scope: Scope, whileAlive: Pick<ScopeInput, 'credentials'> = {}) =>
    containScope({
      ...whileAlive,
      scope,
      clients,
      clock,
      policy,
      self: deps.self ?? [],
      catalog,
      verifyAfterMs,
      go,
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
  credentials.catch(() => {}); // rejects only with `go`, as every scope does
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
