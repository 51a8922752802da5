import type { Progress } from '../../lambda/contain/scope.ts';
import { groupBy } from '../../lambda/core/group-by.ts';
import { GLOBAL, keyOf, type Outcome, type Scope } from '../../lambda/core/model.ts';
import type { Descriptor } from '../../lambda/core/policy/descriptor.ts';
import { WHY, whyOf } from '../../lambda/core/report/why.ts';
import { dim, green, red } from '../terminal/console.ts';

/** A person who hears nothing for so long wonders whether it still works. */
const SILENCE_MS = 15_000;

/** What a run needs for its lines of progress. */
export interface ProgressFacts {
  /** Scopes that the run starts with; opted-in regions join later. */
  readonly first: readonly Scope[];
  readonly kindNamed: (name: string) => Pick<Descriptor, 'verbs'> | undefined;
  /** Milliseconds until a scope is looked at again. */
  readonly againMs: number;
}

/**
 * The lines of progress of one run. Each region speaks once, and again only if something new was done there; then one
 * line for all regions tells how far the verification is. It counts resources, and not acts: a machine whose protection
 * was lifted and that was stopped is one. The same cause of a failed look is told once.
 */
export class ProgressLines {
  readonly #latest = new Map<Scope, Progress>();
  /** Resources that a line has counted, by what was said of them. */
  readonly #told = new Set<string>();
  #round = 0;
  #spokeAt = 0;

  constructor(private readonly facts: ProgressFacts) {}

  /** @param now in ms since 1970. @returns the lines that this step adds, perhaps none */
  after(step: Progress, now: number): string[] {
    const isFirst = !this.#latest.has(step.scope);
    this.#latest.set(step.scope, step);
    const own = this.#lineOf(step, isFirst);
    const all = this.#verifying(now);
    const lines = [own, all].filter((line) => line !== undefined);
    if (lines.length > 0) this.#spokeAt = now;
    return lines;
  }

  #lineOf({ scope, resources, outcomes, gaps }: Progress, isFirst: boolean): string | undefined {
    const of = (status: Outcome['status']) =>
      this.#untold(
        status,
        outcomes.filter((outcome) => outcome.status === status && !this.#isAuxiliary(outcome)),
      );
    const [done, planned, failed] = [of('done'), of('planned'), of('failed')];
    const causes = [...new Set(gaps.map(({ code }) => code))].flatMap((code) => this.#untoldCause(code));
    const parts = [
      ...(done.length > 0 ? [green(this.#counted(done))] : []),
      ...(planned.length > 0 ? [`would be: ${this.#counted(planned)}`] : []),
      ...(failed.length > 0 ? [red(`${failed.length} failed`)] : []),
      ...(causes.length > 0 ? [red(`could not look: ${causes.join(', ')}`)] : []),
    ];
    if (parts.length === 0 && (!isFirst || gaps.length > 0)) return undefined;
    const nothing = dim(resources.length > 0 ? 'nothing to do' : 'nothing runs');
    return `  ${nameOf(scope).padEnd(16)} ${parts.join(', ') || nothing}`;
  }

  #isAuxiliary({ kind, verb }: Outcome): boolean {
    return this.facts.kindNamed(kind)?.verbs[verb]?.isAuxiliary === true;
  }

  /** Each resource once, however often it is acted on. */
  #untold(status: string, outcomes: readonly Outcome[]): Outcome[] {
    return outcomes.filter((outcome) => {
      const key = `${status} ${keyOf(outcome)}`;
      const isNew = !this.#told.has(key);
      this.#told.add(key);
      return isNew;
    });
  }

  #untoldCause(code: string): string[] {
    const why = whyOf(code);
    const cause = why ?? code;
    if (this.#told.has(cause)) return [];
    this.#told.add(cause);
    return [why ? `${WHY[why]} (${code})` : code];
  }

  /** `20 instances stopped, 1 access key disabled` */
  #counted(outcomes: readonly Outcome[]): string {
    const groups = groupBy(outcomes, ({ kind, verb }) => `${kind} ${verb}`);
    return [...groups].map(([key, some]) => this.#words(key, some)).join(', ');
  }

  #words(key: string, some: readonly Outcome[]): string {
    const [first] = some;
    const words = first && this.facts.kindNamed(first.kind)?.verbs[first.verb]?.words.done;
    const said = (words ?? [key, key])[some.length === 1 ? 0 : 1];
    return `${some.length} ${said.replace(/ \(.*\)$/, '')}`; // what is kept stands in the report
  }

  /** One line for all: when each region that is still looked at has had one more look, or after a silence. */
  #verifying(now: number): string | undefined {
    const { first, againMs } = this.facts;
    if (first.some((scope) => !this.#latest.has(scope))) return undefined;
    const open = [...this.#latest.values()].filter(({ ended }) => !ended);
    if (open.length === 0) return undefined;
    const regions = [...this.#latest.values()].filter(({ scope }) => scope !== GLOBAL);
    const openRegions = open.filter(({ scope }) => scope !== GLOBAL);
    const round = Math.min(...(openRegions.length > 0 ? openRegions : open).map(({ pass }) => pass));
    const isSilent = now - this.#spokeAt >= SILENCE_MS;
    if (round <= this.#round && !isSilent) return undefined;
    this.#round = Math.max(round, this.#round);
    const quiet = regions.filter(({ isQuiet }) => isQuiet).length;
    const iam = this.#latest.get(GLOBAL);
    const more = iam && !iam.isQuiet ? ', IAM not yet' : '';
    return dim(`  looking again in ${againMs / 1000} s; ${quiet} of ${regions.length} regions quiet${more}`);
  }
}

const nameOf = (scope: Scope) => (scope === GLOBAL ? 'IAM' : scope);
