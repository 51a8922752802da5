import { type Action, errorFacts, GLOBAL, isGap, isSkip, type Outcome, type Verb } from '../core/model.ts';
import { Exemptions } from '../core/policy/exemption.ts';
import { allowlist, type Caller, DEFAULT_POLICY } from '../core/policy/policy.ts';
import { type Deed, type Kind, loadKinds, type RegisteredKind } from '../kinds/kind.ts';
import { awsFor } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Journal } from '../shell/journal/journal.ts';
import { Catalog } from './catalog.ts';
import { planPage } from './planning.ts';

/**
 * The last step of `--include-caller`: disables the credential that signs this run, after everything else is
 * done and reported. The credential's user gets no deny, because the deny would end the run before the
 * credential is disabled.
 */
export async function endCaller(
  clients: Clients,
  caller: Caller,
  journal: Journal,
  registered: readonly RegisteredKind[],
): Promise<Outcome[]> {
  const kinds = await loadKinds(registered);
  const catalog = new Catalog(kinds);
  const outcomes: Outcome[] = [];
  for (const kind of kinds)
    if (kind.isCredential) outcomes.push(...(await endCredential(clients, caller, journal, catalog, kind)));
  return outcomes;
}

async function endCredential(
  clients: Clients,
  caller: Caller,
  journal: Journal,
  catalog: Catalog,
  kind: Kind,
): Promise<Outcome[]> {
  const aws = awsFor(clients, GLOBAL, kind.limits);
  const outcomes: Outcome[] = [];
  const exemptions = new Exemptions(catalog.get, { allow: allowlist(), caller, self: [] });
  try {
    const deed = await kind.load();
    for await (const page of deed.discover?.(aws, 'stop') ?? []) {
      if (isGap(page)) throw Object.assign(new Error(page.error), { name: page.code });
      const own = page.filter((each) => exemptions.of(each)?.code === 'caller' && each.kind === kind.name);
      const planned = planPage(planningFor(kind, deed, catalog), own);
      const actions = planned.filter((each): each is Action => !isSkip(each));
      await journal.intend(GLOBAL, actions);
      const intend = (more: readonly Action[]) => journal.intend(GLOBAL, more);
      for await (const outcome of deed.act({ aws, intend, mayLoseState: false }, actions))
        outcomes.push(outcome);
    }
  } catch (thrown) {
    const verbs = Object.keys(kind.verbs) as Verb[];
    const failed = { kind: kind.name, scope: GLOBAL, status: 'failed', ...errorFacts(thrown) } as const;
    const ids = kind.exempt?.caller?.(caller) ?? [];
    for (const id of ids.length > 0 ? ids : [caller.arn ?? 'the caller'])
      outcomes.push(...verbs.map((verb) => ({ ...failed, id, verb })));
  }
  return outcomes;
}

/** Plans as if somebody else had called: nothing is exempt, and no user is denied. */
function planningFor(kind: Kind, deed: Deed, catalog: Catalog) {
  const noCaller: Caller = { exemptKeys: new Set(), unknown: false };
  const exemptions = new Exemptions(catalog.get, { allow: allowlist(), caller: noCaller, self: [] });
  const context = {
    policy: { ...DEFAULT_POLICY, quarantine: 'keys' as const },
    isCallerUnknown: false,
    exemption: () => undefined,
    incidentOpenedAt: 0,
    acted: new Set<string>(),
    seen: new Set<string>(),
    recalled: [],
  };
  return { kind, deed, kindNamed: catalog.get, exemptions, context };
}
