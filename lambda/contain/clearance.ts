import type { JournalRecord } from '../core/journal.ts';
import type { Scope } from '../core/model.ts';
import { Exemptions } from '../core/policy/exemption.ts';
import { allowlist, type Caller, type PlanContext, type Policy } from '../core/policy/policy.ts';
import { recalledFrom } from '../core/policy/undo.ts';
import { isLoaded, type Kind, type RegisteredKind } from '../kinds/kind.ts';
import type { Journal } from '../shell/journal/journal.ts';
import type { Catalog } from './catalog.ts';

/** What a run knows once it has a verdict and a caller. Until then it only looks. */
export interface Clearance {
  /** False for a plan. */
  readonly act: boolean;
  readonly caller: Caller;
  /** While the caller is unidentified: the caller in the end, as far as STS has said. Never rejects. */
  readonly callerInTheEnd?: Promise<Caller>;
  readonly incidentOpenedAt: number;
  readonly journal: Journal;
  /** Whether it waits for another run of the same incident that has just begun. */
  readonly standsBy: boolean;
  /** It holds an incident that was contained before: one look without news is enough. */
  readonly holds: boolean;
  /** What earlier runs of the incident journaled in a scope. Never rejects. */
  readonly recall: (scope: Scope) => Promise<readonly JournalRecord[]>;
}

/** The clearance in one scope, with what is exempt there and what planning may know. */
export interface ScopeClearance extends Clearance {
  readonly context: Omit<PlanContext, 'recalled'>;
  readonly exemptions: Exemptions;
  /** What earlier runs journaled in this scope, parsed for a kind that asks for it. Never rejects. */
  readonly recalled: (kind: Kind) => Promise<PlanContext['recalled']>;
}

/** What a scope adds to the clearance. */
export interface ScopeFacts {
  readonly scope: Scope;
  readonly policy: Policy;
  /** ARNs of this kill switch's own parts. */
  readonly self: readonly string[];
  readonly kinds: readonly RegisteredKind[];
  readonly catalog: Catalog;
}

/** @param memory what the scope's passes have acted on and seen until now. */
export function clearanceIn(
  { scope, policy, self, kinds, catalog }: ScopeFacts,
  clearance: Clearance,
  { acted, seen }: Pick<PlanContext, 'acted' | 'seen'>,
): ScopeClearance {
  const { act, caller, incidentOpenedAt } = clearance;
  // The allowlist does not protect keys that AWS reports as exposed.
  const allow = policy.exposed ? allowlist() : policy.allow;
  const exemptions = new Exemptions(catalog.get, { allow, caller, self });
  const known = new Map<Kind, ReturnType<ScopeClearance['recalled']>>();
  const recalled = (kind: Kind) => {
    const asked =
      known.get(kind) ??
      (act ? clearance.recall(scope) : Promise.resolve([]))
        .then((records) => recalledFrom(records, catalog.get))
        .catch(() => []);
    known.set(kind, asked);
    return asked;
  };
  // Asked now, so that a plan that needs it does not wait long.
  for (const kind of kinds) if (isLoaded(kind) && kind.recalls) recalled(kind);
  const context = {
    policy,
    isCallerUnknown: caller.unknown,
    exemption: (ref: Parameters<Exemptions['of']>[0]) => exemptions.of(ref),
    incidentOpenedAt,
    acted,
    seen,
  };
  return { ...clearance, exemptions, recalled, context };
}
