import { groupBy } from './core/group.ts';
import { undoList } from './core/journal.ts';
import { type Action, errorFacts, keyOf } from './core/model.ts';
import type { Kind, RestoreStep } from './kinds/kind.ts';
import { awsFor } from './shell/aws.ts';
import type { Clients } from './shell/clients.ts';
import type { Clock } from './shell/clock.ts';
import { closeIncident, KNOWN_TRIGGERS, readMark } from './shell/incident.ts';
import type { IncidentRecords } from './shell/incident-records.ts';
import type { Store } from './shell/store.ts';

/** Which keys come back. The journal may have been edited by the intruder: it never decides that. */
export type KeyChoice = 'all' | ReadonlySet<string>;

export interface RestoreRequest {
  readonly records: IncidentRecords;
  readonly keys: KeyChoice;
  readonly dryRun: boolean;
  /** Actual spend now, US dollars, where a stack watches it: the floor for the next alarm. */
  readonly spendUsd?: number;
}

/** What would be undone: chosen keys, the denies on their users, and everything else but what was refused. */
export function undoPlan({ records, refused }: IncidentRecords, keys: KeyChoice): Action[] {
  // A protection is looked at before it is set again: also one whose lifting was refused after it had worked.
  const all = undoList(records).filter(
    (action) => action.verb === 'unprotect' || !refused.has(`${keyOf(action)}#${action.verb}`),
  );
  const comesBack = (id: string) => keys === 'all' || keys.has(id);
  const users = new Set(
    all.filter((a) => a.kind === 'iam-access-key' && comesBack(a.id)).map((a) => a.before['user']),
  );
  return all.filter((action) => {
    if (action.kind === 'iam-access-key') return comesBack(action.id);
    // A deny comes off with a key of its user: an intruder's user keeps his.
    if (action.kind === 'iam-user') return keys === 'all' || users.has(action.id);
    return true;
  });
}

/**
 * Puts back what the incident changed, scopes at once, kinds in reverse order: machines run before the groups
 * that own them wake. The incident is marked as dealt with first, so that a late message does not undo this.
 * Every step looks at the live state first and can be repeated.
 */
export async function restore(
  clients: Clients,
  kinds: readonly Kind[],
  store: Store,
  clock: Clock,
  request: RestoreRequest,
  onStep: (step: RestoreStep) => void,
): Promise<RestoreStep[]> {
  const { records, keys, dryRun } = request;
  if (!dryRun) await markDealtWith(store, clock, request);
  const steps: RestoreStep[] = [];
  const byScope = groupBy(undoPlan(records, keys), ({ scope }) => scope);
  const scopes = [...byScope].map(async ([scope, actions]) => {
    for (const kind of [...kinds].reverse()) {
      const own = actions.filter((action) => action.kind === kind.name);
      for (const step of await attempt(clients, kind, scope, own, dryRun)) {
        steps.push(step);
        onStep(step);
      }
    }
    // A journal that was edited, or written by a later version: named, never passed over.
    for (const action of actions.filter((each) => !kinds.some((kind) => kind.name === each.kind))) {
      const step: RestoreStep = { action, status: 'failed', detail: 'this version does not know that kind' };
      steps.push(step);
      onStep(step);
    }
  });
  await Promise.all(scopes);
  return steps;
}

/** One kind in one scope; what it could not attribute to a resource fails all that it gave no answer for. */
async function attempt(
  clients: Clients,
  kind: Kind,
  scope: string,
  actions: readonly Action[],
  dryRun: boolean,
): Promise<RestoreStep[]> {
  const steps: RestoreStep[] = [];
  if (actions.length === 0) return steps;
  try {
    for await (const step of kind.restore(awsFor(clients, scope), actions, dryRun)) steps.push(step);
  } catch (thrown) {
    const answered = new Set(steps.map(({ action }) => action));
    const detail = errorFacts(thrown).error;
    for (const action of actions.filter((each) => !answered.has(each)))
      steps.push({ action, status: 'failed', detail });
  }
  return steps;
}

/**
 * Closes the incident in a journal: its trigger ids fire no more, and the spend of now is the floor of the next
 * alarm. An incident that is open there and is another one stays open. @throws the store's error.
 */
export async function markDealtWith(
  store: Store,
  clock: Clock,
  { records, spendUsd }: RestoreRequest,
): Promise<void> {
  const { mark } = await readMark(store);
  // Another incident that is open now is not ours to close.
  if (mark && mark.incident !== records.incident && mark.closedAt === undefined) return;
  const triggers = [...(mark?.triggers ?? []), ...records.runs.map((run) => run.trigger)];
  const closedAt = new Date(clock.now()).toISOString();
  await closeIncident(store, {
    schemaVersion: 1,
    incident: records.incident,
    openedAt: mark?.incident === records.incident ? mark.openedAt : (records.runs[0]?.at ?? closedAt),
    closedAt,
    triggers: [...new Set(triggers)].slice(-KNOWN_TRIGGERS),
    ...(spendUsd === undefined ? {} : { spendUsd }),
  });
}
