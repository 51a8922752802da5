import {
  type Action,
  changeOf,
  type Gap,
  isSkip,
  keyOf,
  mayHaveWorked,
  type Outcome,
  type Resource,
  type Scope,
  type Skip,
} from '../core/model.ts';
import { NamedEntries } from '../core/policy/named-entries.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { ScopeFindings } from '../core/report/report.ts';
import type { Catalog } from './catalog.ts';
import { accept, withEarlierCause } from './open-gaps.ts';
import type { PassResult } from './pass.ts';

const QUIET_PASSES = 2;
/**
 * An answer `NotFound` does not prove that a machine is gone: "it could still be running" (EC2 Developer
 * Guide, "Eventual consistency in the Amazon EC2 API"). While it is listed, it is tried again in so many
 * passes, about a minute; then it has failed.
 */
const STILL_LISTED_PASSES = 12;

/** What a scope knows from its earlier passes. */
export class ScopeMemory {
  readonly acted = new Set<string>();
  readonly seen = new Set<string>();
  passes = 0;
  /** Set before the first pass ends: see `Clearance`. */
  holds = false;
  /** Set before the first pass ends; undefined where it is unknown. */
  account: string | undefined;
  private named: NamedEntries | undefined;
  private quiet = 0;
  private quietWithoutGaps = 0;
  private readonly latest = new Map<string, Outcome>();
  /** By planned change: the change that was made instead, e.g. EC2 could not stop a machine, so it was terminated. */
  private readonly instead = new Map<string, string>();
  private readonly skips = new Map<string, Skip>();
  /** By resource: why it is not spared although its owner is. */
  private readonly notSpared = new Map<string, string>();
  /** By change: in how many passes AWS said that there is no such thing. */
  private readonly saidGone = new Map<string, number>();
  private readonly times: number[] = [];
  private gaps: readonly Gap[] = [];
  private lastLive: ReadonlySet<string> | undefined;

  constructor(
    private readonly policy: Policy,
    private readonly catalog: Catalog,
  ) {}

  /** Two passes in a row brought nothing new. When a gap closes, counting starts again. */
  get hasSeenEnough(): boolean {
    const hasGap = this.gaps.some((gap) => !gap.accepted);
    return (hasGap ? this.quiet : this.quietWithoutGaps) >= this.quietPasses;
  }

  /** The latest look brought nothing new, and saw everything. */
  get isQuiet(): boolean {
    return this.quietWithoutGaps > 0;
  }

  /** While an incident is held and nothing had to be done, one pass proves that all is still contained. */
  private get quietPasses(): number {
    return this.holds && this.acted.size === 0 ? 1 : QUIET_PASSES;
  }

  noteOutcomeAt(now: number): void {
    this.times.push(now);
  }

  /** @param isOver the run's end came before the pass ended: it cut off what was under way. */
  add(pass: PassResult, isOver = false): void {
    this.passes += 1;
    const gaps = pass.gaps.map((gap) => accept(gap, this.policy));
    this.gaps = isOver ? withEarlierCause(gaps, this.gaps) : gaps;
    const actions = pass.planned.filter((each): each is Action => !isSkip(each));
    const news = actions.filter((action) => isNews(this.latestOf(changeOf(action))));
    // A resource that could not be stopped may be gone now. Only a pass without gaps can show it.
    if (pass.gaps.length === 0)
      for (const [key, { skip }] of this.skips) if (skip === 'unstoppable') this.skips.delete(key);
    for (const skip of pass.planned.filter(isSkip)) this.skips.set(keyOf(skip), skip);
    for (const outcome of pass.outcomes) this.latest.set(changeOf(outcome), outcome);
    this.noteInstead(pass, actions);
    this.refuteGone(pass, actions);
    for (const action of actions) {
      this.acted.add(keyOf(action));
      if (action.notSpared) this.notSpared.set(keyOf(action), action.notSpared);
    }
    for (const resource of pass.resources) this.see(resource);
    this.named ??= new NamedEntries(this.catalog.get, this.policy.named ?? [], this.account);
    this.named.note(pass.resources);
    const isQuiet = news.length === 0 && !pass.stoodBy;
    this.quiet = isQuiet ? this.quiet + 1 : 0;
    this.quietWithoutGaps =
      isQuiet && !this.gaps.some((gap) => !gap.accepted) ? this.quietWithoutGaps + 1 : 0;
    const live = pass.gaps.length === 0 ? new Set(pass.resources.map(keyOf)) : undefined;
    if (live && this.lastLive) this.resolveVanished(live, this.lastLive);
    this.lastLive = live;
  }

  private latestOf(change: string): Outcome | undefined {
    return this.latest.get(this.instead.get(change) ?? change);
  }

  private noteInstead({ outcomes }: PassResult, actions: readonly Action[]): void {
    const main = outcomes.filter(({ kind, verb }) => !this.catalog.get(kind)?.verbs[verb]?.isAuxiliary);
    const made = new Map(main.map((outcome) => [keyOf(outcome), changeOf(outcome)]));
    const answered = new Set(outcomes.map(changeOf));
    for (const action of actions) {
      const other = answered.has(changeOf(action)) ? undefined : made.get(keyOf(action));
      if (other) this.instead.set(changeOf(action), other);
      else this.instead.delete(changeOf(action));
    }
  }

  /** What AWS did not find, and what a later look lists nevertheless, lives. */
  private refuteGone(pass: PassResult, actions: readonly Action[]): void {
    const listed = new Set(pass.resources.map(keyOf));
    const planned = new Set(actions.map(changeOf));
    for (const [key, outcome] of this.latest) {
      const times = this.saidGone.get(key) ?? 0;
      if (outcome.status !== 'gone' || times === 0) continue;
      if (!listed.has(keyOf(outcome)) && !planned.has(key)) continue;
      this.latest.set(key, { ...outcome, ...STILL_LISTED, transient: times < STILL_LISTED_PASSES });
    }
    for (const outcome of pass.outcomes) {
      if (outcome.status !== 'gone') continue;
      const key = changeOf(outcome);
      this.saidGone.set(key, (this.saidGone.get(key) ?? 0) + 1);
    }
  }

  private see(resource: Resource): void {
    const key = keyOf(resource);
    if (this.seen.has(key) || (this.passes > 1 && !resource.owns)) return;
    for (const each of [key, ...(resource.owns ?? []).map(keyOf)]) this.seen.add(each);
  }

  report(scope: Scope): ScopeFindings {
    const { times, passes } = this;
    return {
      scope,
      outcomes: [...this.latest.values()].map((outcome) => this.withReason(outcome)),
      skips: [...this.skips.values()],
      gaps: this.gaps,
      passes,
      quiet: this.quiet >= this.quietPasses,
      matched: [...(this.named?.matched ?? [])],
      ...(times.length > 0 ? { firstActedAt: Math.min(...times), lastActedAt: Math.max(...times) } : {}),
    };
  }

  private withReason(outcome: Outcome): Outcome {
    const notSpared = this.notSpared.get(keyOf(outcome));
    return notSpared ? { ...outcome, notSpared } : outcome;
  }

  /** A failed resource that two passes in a row do not list is gone, or was stopped all the same. */
  private resolveVanished(live: ReadonlySet<string>, lastLive: ReadonlySet<string>): void {
    const isGone = (outcome: Outcome) =>
      this.catalog.get(outcome.kind)?.discover !== undefined &&
      !live.has(keyOf(outcome)) &&
      !lastLive.has(keyOf(outcome));
    const worked = ({ kind, status, verb }: Outcome) =>
      status === 'done' && !this.catalog.get(kind)?.verbs[verb]?.isAuxiliary;
    const done = new Set([...this.latest.values()].filter(worked).map(keyOf));
    for (const [key, { code = '', error: _error, ...outcome }] of this.latest) {
      if (outcome.status !== 'failed' || !isGone(outcome)) continue;
      if (done.has(keyOf(outcome))) this.latest.delete(key);
      else
        this.latest.set(key, { ...outcome, status: mayHaveWorked(code) ? 'done' : 'gone', transient: false });
    }
  }
}

/** The scope is not quiet while an action is new, has to be repeated, or is worth another try. */
const isNews = (last: Outcome | undefined) =>
  last === undefined || last.status === 'done' || last.status === 'gone' || last.transient === true;

const STILL_LISTED = {
  status: 'failed',
  code: 'StillListed',
  error: 'StillListed: AWS says that there is no such thing, and lists it nevertheless',
} as const;
