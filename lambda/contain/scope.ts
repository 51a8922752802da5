import {
  type Action,
  type Gap,
  isSkip,
  keyOf,
  mayHaveWorked,
  type Outcome,
  type Resource,
  type Scope,
  type Skip,
} from '../core/model.ts';
import { type Caller, type Policy, verbFor } from '../core/policy.ts';
import type { ScopeFindings } from '../core/report.ts';
import type { Kind } from '../kinds/kind.ts';
import { awsFor } from '../shell/aws.ts';
import type { Clients } from '../shell/clients.ts';
import type { Journal } from '../shell/journal.ts';
import type { Clock } from '../shell/pacer.ts';
import { type PassResult, runPass } from './pass.ts';

/** IAM and EC2 are eventually consistent (IAM: 3 to 4 s): a look back earlier than this proves nothing. */
export const VERIFY_AFTER_MS = 5_000;
const QUIET_PASSES = 2;

export interface Go {
  readonly act: boolean;
  readonly caller: Caller;
  readonly incidentOpenedAt: number;
  readonly journal: Journal;
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
  const gate = input.go.then(({ act, caller, incidentOpenedAt, journal }) => ({
    act,
    journal,
    context: { policy, caller, incidentOpenedAt, acted: memory.acted, seen: memory.seen },
  }));

  while (true) {
    const pass = await runPass({
      scope,
      kinds,
      aws,
      clock,
      verb,
      gate,
      onOutcome: () => memory.clocked(clock.now()),
    });
    memory.remember(pass);
    const ended = !(await gate).act || memory.hasSeenEnough || clients.deadline.aborted;
    const { resources, outcomes, gaps } = pass;
    input.onProgress({ scope, pass: memory.passes, found: resources.length, outcomes, gaps, ended });
    if (ended) break;
    await clock.sleep(input.verifyAfterMs, clients.deadline).catch(() => {}); // at the deadline the next pass ends at once
  }
  return memory.report(scope);
}

/** What a scope knows from its earlier passes. */
class ScopeMemory {
  readonly acted = new Set<string>();
  readonly seen = new Set<string>();
  passes = 0;
  private quiet = 0;
  private quietWithoutGaps = 0;
  private readonly latest = new Map<string, Outcome>();
  private readonly skips = new Map<string, Skip>();
  private readonly times: number[] = [];
  private gaps: readonly Gap[] = [];
  private lastLive: ReadonlySet<string> | undefined;
  private readonly discovered: ReadonlySet<string>;

  constructor(
    private readonly policy: Policy,
    kinds: readonly Kind[],
  ) {
    this.discovered = new Set(kinds.filter((kind) => kind.discover).map(({ name }) => name));
  }

  /** Two passes in a row brought nothing new; a gap that has just closed must stay closed for as long. */
  get hasSeenEnough(): boolean {
    const hasGap = this.gaps.some((gap) => !gap.accepted);
    return (hasGap ? this.quiet : this.quietWithoutGaps) >= QUIET_PASSES;
  }

  clocked(now: number): void {
    this.times.push(now);
  }

  remember(pass: PassResult): void {
    this.passes += 1;
    this.gaps = pass.gaps.map((gap) => accept(gap, this.policy));
    const actions = pass.planned.filter((each): each is Action => !isSkip(each));
    const news = actions.filter((action) => isNews(this.latest.get(outcomeKey(action))));
    // What could not be stopped may be gone by now; a pass with gaps cannot tell.
    if (pass.gaps.length === 0)
      for (const [key, { skip }] of this.skips) if (skip === 'unstoppable') this.skips.delete(key);
    for (const skip of pass.planned.filter(isSkip)) this.skips.set(keyOf(skip), skip);
    for (const outcome of pass.outcomes) this.latest.set(outcomeKey(outcome), outcome);
    for (const action of actions) this.acted.add(keyOf(action));
    for (const resource of pass.resources) this.see(resource);
    this.quiet = news.length === 0 ? this.quiet + 1 : 0;
    this.quietWithoutGaps =
      news.length === 0 && !this.gaps.some((gap) => !gap.accepted) ? this.quietWithoutGaps + 1 : 0;
    const live = pass.gaps.length === 0 ? new Set(pass.resources.map(keyOf)) : undefined;
    if (live && this.lastLive) this.settleVanished(live, this.lastLive);
    this.lastLive = live;
  }

  private see(resource: Resource): void {
    const key = keyOf(resource);
    if (this.seen.has(key) || (this.passes > 1 && !resource.owns)) return;
    for (const each of [key, ...(resource.owns ?? [])]) this.seen.add(each);
  }

  report(scope: Scope): ScopeFindings {
    const { times, passes } = this;
    return {
      scope,
      outcomes: [...this.latest.values()],
      skips: [...this.skips.values()],
      gaps: this.gaps,
      passes,
      quiet: this.quiet >= QUIET_PASSES,
      ...(times.length > 0 ? { firstActedAt: Math.min(...times), lastActedAt: Math.max(...times) } : {}),
    };
  }

  /** What failed, and was not among the living in two looks in a row, needs nothing more. */
  private settleVanished(live: ReadonlySet<string>, lastLive: ReadonlySet<string>): void {
    const isGone = (outcome: Outcome) =>
      this.discovered.has(outcome.kind) && !live.has(keyOf(outcome)) && !lastLive.has(keyOf(outcome));
    const worked = ({ status, verb }: Outcome) => status === 'done' && verb !== 'unprotect';
    const done = new Set([...this.latest.values()].filter(worked).map(keyOf));
    for (const [key, { code = '', error: _error, ...outcome }] of this.latest) {
      if (outcome.status !== 'failed' || !isGone(outcome)) continue;
      if (done.has(keyOf(outcome))) this.latest.delete(key);
      else
        this.latest.set(key, { ...outcome, status: mayHaveWorked(code) ? 'done' : 'gone', transient: false });
    }
  }
}

const outcomeKey = (ref: Action | Outcome) => `${keyOf(ref)}#${ref.verb}`;

/** Never tried, come back after it was done, or worth another try: then the scope is not quiet yet. */
const isNews = (last: Outcome | undefined) =>
  last === undefined || last.status === 'done' || last.transient === true;

/** AWS's names for "not allowed": an accepted region is closed by its organization, for the intruder too. */
const DENIALS = new Set(['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException']);
const accept = (gap: Gap, policy: Policy): Gap =>
  policy.acceptDenied.has(gap.scope) && DENIALS.has(gap.code) ? { ...gap, accepted: true } : gap;
