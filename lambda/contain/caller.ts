import { type Action, errorFacts, GLOBAL, isGap, isSkip, type Outcome, type Verb } from '../core/model.ts';
import { Exemptions } from '../core/policy/exemption.ts';
import { allowlist, type Caller, DEFAULT_POLICY, type Policy } from '../core/policy/policy.ts';
import { type Deed, type Kind, loadKinds, type RegisteredKind } from '../kinds/kind.ts';
import { type Aws, awsFor } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Journal } from '../shell/journal/journal.ts';
import { Catalog } from './catalog.ts';
import { planPage } from './planning.ts';

/**
 * The last step of `--include-caller`: ends the credentials that sign this run, after everything else is done and
 * reported. A deny of the whole user would end the run half-way, so the kind plans what reaches only the caller's
 * sessions, and in which order.
 * @param policy whether sessions are ended too, is a matter of its `quarantine`.
 */
export async function endCaller(
  clients: Clients,
  caller: Caller,
  journal: Journal,
  registered: readonly RegisteredKind[],
  policy: Policy,
): Promise<Outcome[]> {
  const kinds = await loadKinds(registered);
  const catalog = new Catalog(kinds);
  const outcomes: Outcome[] = [];
  for (const kind of kinds)
    if (kind.isCredential)
      outcomes.push(...(await endCredential({ clients, caller, journal, catalog, policy }, kind)));
  return outcomes;
}

interface Ending {
  readonly clients: Clients;
  readonly caller: Caller;
  readonly journal: Journal;
  readonly catalog: Catalog;
  readonly policy: Policy;
}

async function endCredential(ending: Ending, kind: Kind): Promise<Outcome[]> {
  const { clients, caller, journal, catalog } = ending;
  const aws = awsFor(clients, GLOBAL, kind.limits);
  const outcomes: Outcome[] = [];
  const { actions, problem } = await planOwn(ending, kind, aws);
  let failure = problem;
  try {
    await journal.intend(GLOBAL, actions);
    const intend = (more: readonly Action[]) => journal.intend(GLOBAL, more);
    // One after the other, as they were planned: the last one may end this very run.
    for (const action of actions) {
      const acting = await catalog.get(action.kind)?.load();
      for await (const outcome of acting?.act({ aws, intend, mayLoseState: false }, [action]) ?? [])
        outcomes.push(outcome);
    }
  } catch (thrown) {
    failure = errorFacts(thrown);
  }
  if (!failure) return outcomes;
  const answered = new Set(outcomes.map(({ id }) => id));
  const verbs = Object.keys(kind.verbs) as Verb[];
  const failed = { kind: kind.name, scope: GLOBAL, status: 'failed', ...failure } as const;
  const ids = kind.exempt?.caller?.(caller) ?? [];
  for (const id of ids.length > 0 ? ids : [caller.arn ?? 'the caller'])
    if (!answered.has(id)) outcomes.push(...verbs.map((verb) => ({ ...failed, id, verb })));
  return outcomes;
}

/** What ends the caller's credentials of a kind. All is listed first: an ended caller can list nothing. */
async function planOwn(
  ending: Ending,
  kind: Kind,
  aws: Aws,
): Promise<{ actions: Action[]; problem?: ReturnType<typeof errorFacts> }> {
  const { caller, catalog } = ending;
  const exemptions = new Exemptions(catalog.get, { allow: allowlist(), caller, self: [] });
  const actions: Action[] = [];
  let problem: ReturnType<typeof errorFacts> | undefined;
  try {
    const deed = await kind.load();
    for await (const page of deed.discover?.(aws, 'stop') ?? []) {
      if (isGap(page)) {
        problem = { code: page.code, error: page.error };
        continue;
      }
      const own = page.filter((each) => exemptions.of(each)?.code === 'caller');
      const planned = planPage(planningFor(kind, deed, ending), own);
      actions.push(...planned.filter((each): each is Action => !isSkip(each)));
    }
  } catch (thrown) {
    problem = errorFacts(thrown);
  }
  return { actions, ...(problem ? { problem } : {}) };
}

/** Plans as if somebody else had called: nothing is exempt. */
function planningFor(kind: Kind, deed: Deed, { catalog, caller, policy }: Ending) {
  const noCaller: Caller = { exemptKeys: new Set(), unknown: false };
  const exemptions = new Exemptions(catalog.get, { allow: allowlist(), caller: noCaller, self: [] });
  const context = {
    policy: { ...DEFAULT_POLICY, quarantine: policy.quarantine },
    isCallerUnknown: false,
    exemption: () => undefined,
    incidentOpenedAt: 0,
    acted: new Set<string>(),
    seen: new Set<string>(),
    ending: caller,
  };
  return { kind, deed, kindNamed: catalog.get, exemptions, context };
}
