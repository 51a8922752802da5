import { errorFacts, GLOBAL, type Outcome } from '../core/model.ts';
import { type Caller, DEFAULT_POLICY } from '../core/policy.ts';
import type { Kind } from '../kinds/kind.ts';
import { awsFor } from '../shell/aws.ts';
import type { Clients } from '../shell/clients.ts';
import type { Journal } from '../shell/journal.ts';

/**
 * The very last step of `--include-caller`: the key that signs this run, after everything else was done and
 * reported. Its user is not denied, since the deny would come before the key.
 */
export async function disableCaller(
  clients: Clients,
  caller: Caller,
  journal: Journal,
  kinds: readonly Kind[],
): Promise<Outcome[]> {
  const kind = kinds.find(({ name }) => name === 'iam-access-key');
  const aws = awsFor(clients, GLOBAL);
  const outcomes: Outcome[] = [];
  const failed = (id: string, thrown: unknown): Outcome => ({
    kind: 'iam-access-key',
    scope: GLOBAL,
    id,
    verb: 'disable',
    status: 'failed',
    ...errorFacts(thrown),
  });
  const isCallers = (id: string, user: unknown) => caller.exemptKeys.has(id) || caller.exemptUser === user;
  try {
    for await (const page of kind?.discover?.(aws, 'stop') ?? []) {
      if (!Array.isArray(page)) continue;
      const own = page.filter(({ id, facts }) => isCallers(id, facts['user']));
      const nobody: Caller = { exemptKeys: new Set(), unknown: false };
      const context = {
        policy: { ...DEFAULT_POLICY, quarantine: 'keys' as const },
        caller: nobody,
        incidentOpenedAt: 0,
        acted: new Set<string>(),
        seen: new Set<string>(),
      };
      const actions = (kind?.plan?.(own, context) ?? []).flatMap((planned) =>
        'verb' in planned ? planned : [],
      );
      await journal.intend(GLOBAL, actions);
      for await (const outcome of kind?.act(
        { aws, intend: (more) => journal.intend(GLOBAL, more) },
        actions,
      ) ?? [])
        outcomes.push(outcome);
    }
  } catch (thrown) {
    outcomes.push(...[...caller.exemptKeys].map((id) => failed(id, thrown)));
  }
  return outcomes;
}
