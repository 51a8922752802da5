import type { Gap, Outcome, Resource, Scope } from '../core/model.ts';
import { type Policy, verbFor } from '../core/policy/policy.ts';
import type { ScopeFindings } from '../core/report/report.ts';
import type { Kind, RegisteredKind } from '../kinds/kind.ts';
import { type Aws, awsFor } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { atMost } from '../shell/time-limit.ts';
import type { Catalog } from './catalog.ts';
import { type Clearance, clearanceIn } from './clearance.ts';
import { runPass } from './pass.ts';
import { ScopeMemory } from './scope-memory.ts';

/** IAM and EC2 are eventually consistent (IAM: 3 to 4 s): an earlier look proves nothing. */
export const VERIFY_AFTER_MS = 5_000;
/** How often a quiet region is examined while a credential may still launch something in it. */
const HOLD_MS = 30_000;

export interface ScopeInput {
  readonly scope: Scope;
  /** The kinds of this scope. */
  readonly kinds: readonly RegisteredKind[];
  readonly catalog: Catalog;
  readonly policy: Policy;
  /** ARNs of this kill switch's own parts. */
  readonly self: readonly string[];
  readonly clients: Clients;
  readonly clock: Clock;
  /** Milliseconds between two passes; `VERIFY_AFTER_MS` against AWS. */
  readonly verifyAfterMs: number;
  /** Nothing is changed before it resolves. Its rejection ends the scope. */
  readonly clearance: Promise<Clearance>;
  /**
   * For a region: when IAM's last credential was changed; undefined if none was. Until the change is
   * effective everywhere, something new may start in a quiet region.
   */
  readonly credentials?: Promise<number | undefined>;
  readonly onProgress: (progress: Progress) => void;
  /** See `PassInput`. */
  readonly onFirstDone: (hasActed: boolean) => void;
}

export interface Progress {
  readonly scope: Scope;
  readonly pass: number;
  /** What the pass listed. */
  readonly resources: readonly Resource[];
  readonly outcomes: readonly Outcome[];
  readonly gaps: readonly Gap[];
  /** It brought nothing new, and saw everything. */
  readonly isQuiet: boolean;
  readonly ended: boolean;
}

/**
 * Contains one scope: repeats passes until two in a row bring nothing new, or until the deadline. Rejects
 * only with the clearance; then nothing has been changed.
 */
export async function containScope(input: ScopeInput): Promise<ScopeFindings> {
  const { scope, clients, clock, policy, kinds, catalog } = input;
  const awsByKind = new Map<Kind, Aws>();
  const awsOf = (kind: Kind) => {
    const aws = awsByKind.get(kind) ?? awsFor(clients, scope, kind.limits);
    awsByKind.set(kind, aws);
    return aws;
  };
  const verb = verbFor(policy, scope);
  const memory = new ScopeMemory(policy, catalog);
  const clearance = input.clearance.then((given) => {
    memory.holds = given.holds;
    memory.account = given.caller.account;
    return clearanceIn(input, given, memory);
  });
  const identified = input.clearance.then(async (given) => {
    const caller = await given.callerInTheEnd;
    return caller ? clearanceIn(input, { ...given, caller }, memory) : clearance;
  });
  let latest = clearance;
  identified.then(
    () => {
      latest = identified;
    },
    () => {}, // rejects only with the clearance
  );

  while (true) {
    const lookedAt = clock.now();
    const pass = await runPass({
      scope,
      kinds,
      catalog,
      awsOf,
      deadline: clients.deadline,
      clock,
      verb,
      clearance: latest,
      identified,
      isFirst: memory.passes === 0,
      onOutcome: () => memory.noteOutcomeAt(clock.now()),
      onFirstDone: input.onFirstDone,
    });
    memory.add(pass, clients.deadline.aborted);
    const isOver = !(await clearance).act || clients.deadline.aborted;
    const lookAgainAt = isOver ? undefined : await nextLook(input, memory, lookedAt);
    const ended = lookAgainAt === undefined;
    const { resources, outcomes, gaps } = pass;
    const { passes, isQuiet } = memory;
    tell(input, { scope, pass: passes, resources, outcomes, gaps, isQuiet, ended });
    if (ended) break;
    // The deadline ends the wait; the next pass then ends at once.
    await clock.sleep(Math.max(0, lookAgainAt - clock.now()), clients.deadline).catch(() => {});
  }
  return memory.report(scope);
}

/** An output that fails, since nobody reads it any more, must not end what it only tells of. */
function tell({ onProgress }: ScopeInput, step: Progress): void {
  try {
    onProgress(step);
  } catch {} // nobody is left to tell
}

/**
 * When to look again; undefined when the scope is quiet and its last look began after the last credential had
 * stopped working. While IAM is still at work, the last look may prove to be late enough: so this waits, but
 * not longer than a region may stay unobserved.
 */
async function nextLook(
  { clock, credentials, verifyAfterMs, clients }: ScopeInput,
  { hasSeenEnough }: ScopeMemory,
  lookedAt: number,
): Promise<number | undefined> {
  if (!hasSeenEnough) return clock.now() + verifyAfterMs;
  if (!credentials) return undefined;
  const { deadline } = clients;
  const changedAt = await atMost(clock, HOLD_MS, credentials, Number.POSITIVE_INFINITY, deadline);
  const provesFrom = changedAt === undefined ? 0 : changedAt + verifyAfterMs;
  if (lookedAt >= provesFrom) return undefined;
  return Number.isFinite(provesFrom) ? provesFrom : clock.now();
}
