import { groupBy } from '../core/group-by.ts';
import { type Action, changeOf, errorFacts } from '../core/model.ts';
import { byName, type Named, readBefore, undoPlan, unreadableOf } from '../core/policy/undo.ts';
import { type Kind, loadKinds, type RegisteredKind, type RestoreStep } from '../kinds/kind.ts';
import { awsFor } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { closeIncident, KNOWN_TRIGGERS, readMark } from '../shell/journal/incident.ts';
import type { IncidentRecords } from '../shell/journal/incident-records.ts';
import type { Store } from '../shell/journal/store.ts';

export interface RestoreRequest {
  readonly records: IncidentRecords;
  /** What the user names: some changes are undone only by name. */
  readonly named: Named;
  readonly dryRun: boolean;
  /** What was spent by now, US dollars by month: the floors of the next alarms. Undefined without a deployed stack. */
  readonly restoredUsd?: Readonly<Record<string, number>>;
}

/**
 * Puts back what the incident changed: all scopes at once, kinds in reverse order, so that machines run
 * before the Auto Scaling groups that own them. It first marks the incident as dealt with, so that a late
 * message does not stop everything again. Every step looks at the live state first and can be repeated.
 */
export async function restore(
  clients: Clients,
  registered: readonly RegisteredKind[],
  store: Store,
  clock: Clock,
  request: RestoreRequest,
  onStep: (step: RestoreStep) => void,
): Promise<RestoreStep[]> {
  const { records, named, dryRun } = request;
  if (!dryRun) await markDealtWith(store, clock, request);
  const steps: RestoreStep[] = [];
  const kinds = await loadKinds(registered);
  const kindNamed = byName(kinds);
  const plan = undoPlan(records.records, records.refused, named, kindNamed);
  // Only changes that this restore undoes: a key that the user did not name is not reported.
  const wanted = new Set(plan.map(changeOf));
  const edited = unreadableOf(records.records, kindNamed).filter(({ action }) =>
    wanted.has(changeOf(action)),
  );
  const scopes = [...groupBy(plan, ({ scope }) => scope)].map(async ([scope, actions]) => {
    const note = (step: RestoreStep) => {
      steps.push(step);
      onStep(step);
    };
    const readable: Action[] = [];
    for (const action of actions) {
      const read = readBefore(action, kindNamed);
      if ('before' in read) readable.push({ ...action, before: read.before });
      // From a later version, or of a kind whose code cannot be loaded: reported, never skipped in silence.
      else if (!kindNamed(action.kind)) {
        const isKnown = registered.some(({ name }) => name === action.kind);
        const detail = isKnown
          ? 'the code of its kind could not be loaded'
          : 'this version does not know its kind';
        note({ action, status: 'failed', detail });
      }
    }
    for (const { action, problem } of edited.filter((each) => each.action.scope === scope))
      note({ action, status: 'failed', detail: problem });
    for (const kind of [...kinds].reverse()) {
      const own = readable.filter((action) => action.kind === kind.name);
      for (const step of await attempt(clients, kind, scope, own, dryRun)) note(step);
    }
  });
  await Promise.all(scopes);
  return steps;
}

/** Restores one kind in one scope. An error fails all actions that have no answer yet. */
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
    const undo = await kind.loadUndo?.();
    const aws = awsFor(clients, scope, kind.limits);
    for await (const step of undo?.restore(aws, actions, dryRun) ?? []) steps.push(step);
    if (!undo) throw new Error('its kind has no undo');
  } catch (thrown) {
    const answered = new Set(steps.map(({ action }) => action));
    const detail = errorFacts(thrown).error;
    for (const action of actions.filter((each) => !answered.has(each)))
      steps.push({ action, status: 'failed', detail });
  }
  return steps;
}

/**
 * Closes the incident in a journal: its trigger ids cause no more runs, and the present spend is the floor of
 * the next alarm. Another open incident stays open.
 * @throws the store's error.
 */
export async function markDealtWith(
  store: Store,
  clock: Clock,
  { records, restoredUsd = {} }: RestoreRequest,
): Promise<void> {
  const { mark } = await readMark(store);
  // Another incident is open now: this restore must not close it.
  if (mark && mark.incident !== records.incident && mark.closedAt === undefined) return;
  const triggers = [...(mark?.triggers ?? []), ...records.runs.map((run) => run.trigger)];
  const closedAt = new Date(clock.now()).toISOString();
  const { incident } = records;
  const openedAt = mark?.incident === incident ? mark.openedAt : (records.runs[0]?.at ?? closedAt);
  const known = [...new Set(triggers)].slice(-KNOWN_TRIGGERS);
  await closeIncident(
    store,
    { schemaVersion: 1, incident, openedAt, closedAt, triggers: known, restoredUsd },
    mark,
  );
}
