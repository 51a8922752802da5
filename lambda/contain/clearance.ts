import { Exemptions } from '../core/policy/exemption.ts';
import { allowlist, type Caller, type PlanContext, type Policy } from '../core/policy/policy.ts';
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
  /** See `newSince` in core/policy/exemption.ts. Asked late, when AWS's answers have told its time. */
  readonly newSince: () => number;
  readonly journal: Journal;
  /** Whether it waits for another run of the same incident that has just begun. */
  readonly standsBy: boolean;
  /** It holds an incident that was contained before: one look without news is enough. */
  readonly holds: boolean;
}

/** The clearance in one scope, with what is exempt there and what planning may know. */
export interface ScopeClearance extends Clearance {
  readonly context: PlanContext;
  readonly exemptions: Exemptions;
}

/** What a scope adds to the clearance. */
export interface ScopeFacts {
  readonly policy: Policy;
  /** ARNs of this kill switch's own parts. */
  readonly self: readonly string[];
  readonly catalog: Catalog;
}

/** @param memory what the scope's passes have acted on and seen until now. */
export function clearanceIn(
  { policy, self, catalog }: ScopeFacts,
  clearance: Clearance,
  { acted, seen }: Pick<PlanContext, 'acted' | 'seen'>,
): ScopeClearance {
  const { caller, incidentOpenedAt, newSince } = clearance;
  // The allowlist does not protect keys that AWS reports as exposed.
  const allow = policy.exposed ? allowlist() : policy.allow;
  const exemptions = new Exemptions(catalog.get, { allow, caller, self, newSince });
  const context = {
    policy,
    isCallerUnknown: caller.unknown,
    exemption: (ref: Parameters<Exemptions['of']>[0]) => exemptions.of(ref),
    incidentOpenedAt,
    acted,
    seen,
  };
  return { ...clearance, exemptions, context };
}
