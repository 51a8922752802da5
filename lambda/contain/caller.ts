import { Exemptions } from '../core/exemption.ts';
import { type Action, errorFacts, GLOBAL, isSkip, type Outcome, type Resource } from '../core/model.ts';
import { allowlist, type Caller, DEFAULT_POLICY } from '../core/policy.ts';
import type { VERBS } from '../core/verbs.ts';
import { isHere, type Kind, type RegisteredKind } from '../kinds/kind.ts';
import { awsFor } from '../shell/aws.ts';
import type { Clients } from '../shell/clients.ts';
import type { Journal } from '../shell/journal.ts';
import { Catalog } from './catalog.ts';
import { planPage } from './planning.ts';

/**
 * The very last step of `--include-caller`: the credential that signs this run, after everything else was done and
 * reported. What owns it is not denied, since the deny would come before the credential.
 */
export async function endCaller(
  clients: Clients,
  caller: Caller,
  journal: Journal,
  kinds: readonly RegisteredKind[],
): Promise<Outcome[]> {
  const catalog = new Catalog(kinds);
  const outcomes: Outcome[] = [];
  for (const kind of kinds)
    if (isHere(kind) && kind.isCredential)
      outcomes.push(...(await endCredential(clients, caller, journal, catalog, kind)));
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
  const marks = new Exemptions(catalog.get, { allow: allowlist(), caller, self: [] });
  try {
    const deed = await kind.load();
    for await (const page of deed.discover?.(aws, 'stop') ?? []) {
      if (!Array.isArray(page)) continue;
      const own = (page as Resource[]).filter(
        (each) => marks.of(each)?.code === 'caller' && each.kind === kind.name,
      );
      const planned = planPage(planningFor(kind, deed, catalog), own);
      const actions = planned.filter((each): each is Action => !isSkip(each));
      await journal.intend(GLOBAL, actions);
      const intend = (more: readonly Action[]) => journal.intend(GLOBAL, more);
      for await (const outcome of deed.act({ aws, intend }, actions)) outcomes.push(outcome);
    }
  } catch (thrown) {
    const [verb] = Object.keys(kind.verbs) as (typeof VERBS)[number][];
    const ids = verb ? (kind.exempt?.caller?.(caller) ?? []) : [];
    for (const id of ids)
      outcomes.push({
        kind: kind.name,
        scope: GLOBAL,
        id,
        verb: verb as Action['verb'],
        status: 'failed',
        ...errorFacts(thrown),
      });
  }
  return outcomes;
}

/** As if somebody else had called: nothing is exempt, and nobody is denied beside. */
function planningFor(kind: Kind, deed: Awaited<ReturnType<Kind['load']>>, catalog: Catalog) {
  const nobody: Caller = { exemptKeys: new Set(), unknown: false };
  const exemptions = new Exemptions(catalog.get, { allow: allowlist(), caller: nobody, self: [] });
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
