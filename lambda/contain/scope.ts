import { type Gap, GLOBAL, type Outcome, type Scope } from '../core/model.ts';
import { type Caller, type Policy, verbFor } from '../core/policy.ts';
import type { ScopeFindings } from '../core/report.ts';
import type { Kind } from '../kinds/kind.ts';
import { awsFor } from '../shell/aws.ts';
import type { Clients } from '../shell/clients.ts';
import type { Clock } from '../shell/clock.ts';
import type { Journal } from '../shell/journal.ts';
import { runPass } from './pass.ts';
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
  /** See `PlanContext`. Never rejects. */
  readonly owedDenies: Promise<ReadonlySet<string>>;
}

export interface ScopeInput {
  readonly scope: Scope;
  readonly kinds: readonly Kind[];
  readonly policy: Policy;
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
  const { scope, clients, clock, policy, kinds } = input;
  const aws = awsFor(clients, scope);
  const verb = verbFor(policy, scope);
  const memory = new ScopeMemory(policy, kinds);
  const gate = input.go.then(
    async ({ act, caller, incidentOpenedAt, journal, standsBy, holds, owedDenies }) => {
      memory.holds = holds;
      const context = { policy, caller, incidentOpenedAt, acted: memory.acted, seen: memory.seen };
      // Regions need not wait for what only concerns users.
      const ofUsers = scope === GLOBAL ? { owedDenies: await owedDenies } : {};
      return { act, journal, standsBy, context: { ...context, ...ofUsers } };
    },
  );

  while (true) {
    const lookedAt = clock.now();
    const pass = await runPass({
      scope,
      kinds,
      aws,
      clock,
      verb,
      gate,
      isFirst: memory.passes === 0,
      onOutcome: () => memory.clocked(clock.now()),
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
