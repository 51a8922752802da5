import type { JournalRecord } from '../core/journal.ts';
import type { Gap, Outcome, Scope } from '../core/model.ts';
import { Exemptions } from '../core/policy/exemption.ts';
import { allowlist, type Caller, type Policy, verbFor } from '../core/policy/policy.ts';
import { recalledFrom } from '../core/policy/undo.ts';
import type { ScopeFindings } from '../core/report/report.ts';
import { isHere, type Kind, type RegisteredKind } from '../kinds/kind.ts';
import { type Aws, awsFor } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import type { Journal } from '../shell/journal/journal.ts';
import type { Catalog } from './catalog.ts';
import { type Gate, runPass } from './pass.ts';
import { ScopeMemory } from './scope-memory.ts';

/** IAM and EC2 are eventually consistent (IAM: 3 to 4 s): a look back earlier than this proves nothing. */
export const VERIFY_AFTER_MS = 5_000;
/** How often a quiet region is looked at while a credential may still launch something in it. */
const HOLD_MS = 30_000;

export interface Go {
  readonly act: boolean;
  readonly caller: Caller;
  readonly incidentOpenedAt: number;
  readonly journal: Journal;
  /** See `Gate`. */
  readonly standsBy: boolean;
  /** It is another pass of an incident that was contained before: where nothing is new, one look is enough. */
  readonly holds: boolean;
  /** What earlier runs of the incident journaled in a scope. Never rejects. */
  readonly recall: (scope: Scope) => Promise<readonly JournalRecord[]>;
}

export interface ScopeInput {
  readonly scope: Scope;
  /** Those of this scope. */
  readonly kinds: readonly RegisteredKind[];
  readonly catalog: Catalog;
  readonly policy: Policy;
  /** ARNs of this kill switch's own parts. */
  readonly self: readonly string[];
  readonly clients: Clients;
  readonly clock: Clock;
  /** How long to wait before looking again; `VERIFY_AFTER_MS` against AWS. */
  readonly verifyAfterMs: number;
  readonly go: Promise<Go>;
  /**
   * For a region: when the last credential was changed, undefined if none had to be. Until that holds everywhere, a
   * region that is quiet need not stay so.
   */
  readonly credentials?: Promise<number | undefined>;
  readonly onProgress: (progress: Progress) => void;
  /** See `PassInput`. */
  readonly onFirstDone: (hasActed: boolean) => void;
}

export interface Progress {
  readonly scope: Scope;
  readonly pass: number;
  readonly found: number;
  readonly outcomes: readonly Outcome[];
  readonly gaps: readonly Gap[];
  readonly ended: boolean;
}

/**
 * Contains one scope: passes until two in a row bring nothing new, or until the deadline. Rejects only with
 * `go`, which is when nothing has been changed.
 */
export async function containScope(input: ScopeInput): Promise<ScopeFindings> {
  const { scope, clients, clock, policy, kinds, catalog } = input;
  const seenBy = new Map<Kind, Aws>();
  const awsOf = (kind: Kind) => {
    const aws = seenBy.get(kind) ?? awsFor(clients, scope, kind.limits);
    seenBy.set(kind, aws);
    return aws;
  };
  const verb = verbFor(policy, scope);
  const memory = new ScopeMemory(policy, catalog);
  const gate = input.go.then((go) => {
    memory.holds = go.holds;
    return gateFor(input, go, memory);
  });

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
      gate,
      isFirst: memory.passes === 0,
      onOutcome: () => memory.clocked(clock.now()),
      onFirstDone: input.onFirstDone,
    });
    memory.remember(pass);
    const isOver = !(await gate).act || clients.deadline.aborted;
    const lookAgainAt = isOver ? undefined : await nextLook(input, memory, lookedAt);
    const ended = lookAgainAt === undefined;
    const { resources, outcomes, gaps } = pass;
    input.onProgress({ scope, pass: memory.passes, found: resources.length, outcomes, gaps, ended });
    if (ended) break;
    // At the deadline the next pass ends at once.
    await clock.sleep(Math.max(0, lookAgainAt - clock.now()), clients.deadline).catch(() => {});
  }
  return memory.report(scope);
}

/** What the verdict and the caller open: what is exempt here, and what planning may know. */
function gateFor({ scope, policy, self, kinds, catalog }: ScopeInput, go: Go, memory: ScopeMemory): Gate {
  const { act, caller, incidentOpenedAt, journal, standsBy } = go;
  // The allowlist does not speak of what AWS reports as exposed.
  const allow = policy.exposed ? allowlist() : policy.allow;
  const exemptions = new Exemptions(catalog.get, { allow, caller, self });
  const recalled = new Map<Kind, ReturnType<Gate['recall']>>();
  const recall = (kind: Kind) => {
    const known =
      recalled.get(kind) ?? (act ? go.recall(scope) : Promise.resolve([])).then(recalledBy).catch(() => []);
    recalled.set(kind, known);
    return known;
  };
  const recalledBy = (records: readonly JournalRecord[]) => recalledFrom(records, catalog.get);
  // Asked at once, so that a plan that needs it does not wait for long.
  for (const kind of kinds) if (isHere(kind) && kind.recalls) recall(kind);
  const context = {
    policy,
    isCallerUnknown: caller.unknown,
    exemption: (ref: Parameters<Exemptions['of']>[0]) => exemptions.of(ref),
    incidentOpenedAt,
    acted: memory.acted,
    seen: memory.seen,
  };
  return { act, journal, standsBy, exemptions, recall, context };
}

/**
 * When to look again; undefined when enough was seen, and no credential that we disable worked any more when that
 * look began. While that is not known the last look may still have been late enough, so nothing is asked again, but
 * not longer than a region may be left unwatched.
 */
async function nextLook(
  { clock, credentials, verifyAfterMs, clients }: ScopeInput,
  { hasSeenEnough }: ScopeMemory,
  lookedAt: number,
): Promise<number | undefined> {
  if (!hasSeenEnough) return clock.now() + verifyAfterMs;
  const over = new AbortController();
  const end = () => over.abort();
  clients.deadline.addEventListener('abort', end, { once: true });
  const unwatched = clock.sleep(HOLD_MS, over.signal).catch(() => {});
  try {
    const changedAt = await Promise.race([credentials, unwatched.then(() => Number.POSITIVE_INFINITY)]);
    const provesFrom = changedAt === undefined ? 0 : changedAt + verifyAfterMs;
    if (lookedAt >= provesFrom) return undefined;
    return Number.isFinite(provesFrom) ? provesFrom : clock.now();
  } finally {
    clients.deadline.removeEventListener('abort', end);
    end();
  }
}
