import { groupBy } from '../core/group-by.ts';
import {
  type Action,
  errorFacts,
  type Gap,
  isGap,
  isSkip,
  keyOf,
  type Outcome,
  type Planned,
  type Resource,
  refOf,
  type Scope,
} from '../core/model.ts';
import type { verbFor } from '../core/policy/policy.ts';
import { type ActContext, isLoaded, type Kind, type RegisteredKind } from '../kinds/kind.ts';
import type { Aws } from '../shell/calls/aws.ts';
import type { Clock } from '../shell/clock.ts';
import type { Journal } from '../shell/journal/journal.ts';
import type { Catalog } from './catalog.ts';
import type { ScopeClearance } from './clearance.ts';
import { mayLoseState, planPage, refuseExempt } from './planning.ts';
import { Prerequisites } from './prerequisites.ts';

/**
 * Budgets sends one message for each threshold, and one rise of spend can cross six. Six runs at once would
 * compete for the same API limits. So the run that opened the incident acts first; the others wait this long,
 * look again, and act on what is left. An intruder can forge an open incident, but gains only this delay.
 */
const STANDBY_MS = 30_000;

/** One discover–plan–journal–act round over one scope. */
export interface PassResult {
  readonly resources: Resource[];
  readonly planned: Planned[];
  readonly outcomes: Outcome[];
  readonly gaps: Gap[];
  /** The pass left something to the run that goes first. */
  stoodBy: boolean;
}

export interface PassInput {
  readonly scope: Scope;
  /** The kinds of this scope. */
  readonly kinds: readonly RegisteredKind[];
  readonly catalog: Catalog;
  /** AWS in this scope, as a kind sees it. */
  readonly awsOf: (kind: Kind) => Aws;
  readonly deadline: AbortSignal;
  readonly clock: Clock;
  readonly verb: ReturnType<typeof verbFor>;
  /** A rejection ends the pass with it. */
  readonly clearance: Promise<ScopeClearance>;
  /** The same, once it is known who runs this, or that it will not be known; `clearance`, if absent. */
  readonly identified?: Promise<ScopeClearance>;
  /** Only the first pass may wait for another run. */
  readonly isFirst: boolean;
  readonly onOutcome: (outcome: Outcome) => void;
  /** All kinds that are loaded with the engine have looked and acted. */
  readonly onFirstDone: (hasActed: boolean) => void;
}

/**
 * Runs all kinds at once. Each page is planned, journaled and acted on as soon as it is read; only an action
 * with `after` waits for others. Rejects only with the clearance: every other failure is a gap or a failed
 * outcome.
 */
export async function runPass(input: PassInput): Promise<PassResult> {
  const { scope, clock, clearance, catalog, deadline } = input;
  const result: PassResult = { resources: [], planned: [], outcomes: [], gaps: [], stoodBy: false };
  const prerequisites = new Prerequisites(scope, clock, deadline);

  const record = (outcome: Outcome) => {
    result.outcomes.push(outcome);
    input.onOutcome(outcome);
    prerequisites.met(outcome);
  };

  /** Machines never wait to learn who runs this; what may lock out the caller does. */
  const clearanceFor = (kind: Kind) => {
    const reached = [kind, ...(kind.brings ?? []).map(catalog.get)];
    return reached.some((each) => each?.exempt?.locksOut) ? (input.identified ?? clearance) : clearance;
  };

  async function handle(kind: Kind, page: readonly Resource[]): Promise<void> {
    const { act, context, exemptions, journal, standsBy } = await clearanceFor(kind);
    result.resources.push(...page);
    const planned = planPage(
      {
        kind,
        deed: await kind.load(),
        kindNamed: catalog.get,
        exemptions,
        context,
      },
      page,
    );
    const actions = planned.filter((each): each is Action => !isSkip(each));
    // Nothing will happen to a skipped resource, so nothing need wait for it.
    for (const skip of planned.filter(isSkip)) prerequisites.met(skip);
    if (!act) {
      result.planned.push(...planned);
      for (const action of actions) record({ ...refOf(action), verb: action.verb, status: 'planned' });
      return;
    }
    await journal.intend(scope, actions);
    if (actions.length > 0 && input.isFirst && standsBy && (await letOthersGoFirst(journal))) {
      result.planned.push(...planned.filter(isSkip));
      result.stoodBy = true;
      return;
    }
    result.planned.push(...planned);
    const intend = async (more: readonly Action[]) => {
      refuseExempt(exemptions, more);
      await journal.intend(scope, more);
    };
    await actOn({ intend, mayLoseState: mayLoseState(context, scope) }, actions);
  }

  /** True when it waited: what the pass has found is then too old to act on. */
  async function letOthersGoFirst({ joinedAt }: Journal): Promise<boolean> {
    const wait = Math.min(STANDBY_MS, (joinedAt ?? 0) + STANDBY_MS - clock.now());
    if (wait <= 0) return false;
    await clock.sleep(wait, deadline).catch(() => {}); // at the deadline the next call says so
    return true;
  }

  async function actOn(given: Omit<ActContext, 'aws'>, actions: readonly Action[]): Promise<void> {
    const groups = groupBy(actions, ({ kind, after }) => `${kind} ${after?.kind ?? ''} ${after?.id ?? ''}`);
    const work = [...groups.values()].map(async (group) => {
      const [first] = group;
      if (first?.after) await prerequisites.wait(first.after);
      await actOnGroup(given, group);
    });
    await Promise.all(work);
  }

  async function actOnGroup(given: Omit<ActContext, 'aws'>, actions: readonly Action[]): Promise<void> {
    const unanswered = new Map(actions.map((action) => [keyOf(action), action]));
    let failure = { code: 'NoOutcome', error: 'the action gave no outcome' };
    try {
      const kind = catalog.get(actions[0]?.kind ?? '');
      const deed = await kind?.load();
      const outcomes = kind && deed?.act({ ...given, aws: input.awsOf(kind) }, actions);
      for await (const outcome of outcomes ?? []) {
        if (!kind?.verbs[outcome.verb]?.isAuxiliary) unanswered.delete(keyOf(outcome));
        record(outcome);
      }
    } catch (thrown) {
      failure = errorFacts(thrown);
    }
    for (const action of unanswered.values())
      record({ ...refOf(action), verb: action.verb, status: 'failed', ...failure });
  }

  async function pipeline(registered: RegisteredKind): Promise<void> {
    let closes = [registered.name];
    // These never reject: the clearance may be refused while pages are still being read.
    const pages: Promise<PromiseSettledResult<void>>[] = [];
    const gap = (thrown: unknown) =>
      result.gaps.push({ kind: registered.name, scope, ...errorFacts(thrown) });
    try {
      const kind = await catalog.load(registered);
      if (!kind.discover) return;
      closes = [kind.name, ...(kind.brings ?? [])];
      const deed = await kind.load();
      for await (const found of deed.discover?.(input.awsOf(kind), input.verb) ?? []) {
        if (isGap(found)) result.gaps.push(found);
        else if (found.length > 0)
          pages.push(Promise.allSettled([handle(kind, found)]).then(([page]) => page));
      }
    } catch (thrown) {
      gap(thrown);
    }
    await clearance;
    for (const page of await Promise.all(pages)) if (page.status === 'rejected') gap(page.reason);
    for (const name of closes) prerequisites.close(name);
  }

  const first = Promise.all(input.kinds.filter(isLoaded).map(pipeline)).then(() =>
    input.onFirstDone(result.outcomes.length > 0),
  );
  const later = input.kinds.filter((kind) => !isLoaded(kind)).map(pipeline);
  await Promise.all([clearance, first, ...later]);
  return result;
}
