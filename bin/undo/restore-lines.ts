import { groupBy } from '../../lambda/core/group-by.ts';
import type { Action } from '../../lambda/core/model.ts';
import { byName } from '../../lambda/core/policy/undo.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import { section } from '../terminal/lines.ts';
import { userHint } from './denied-users.ts';
import type { InspectedNow } from './named-only.ts';

type Status = RestoreStep['status'];
const kindNamed = byName(allKinds);

/** The steps by what came of them: counts for each region where all went well, a row each where it did not. */
export function stepSections(steps: readonly RestoreStep[], dryRun: boolean): string {
  const of = (status: Status) => steps.filter((step) => step.status === status);
  return [
    section(dryRun ? 'WOULD BE PUT BACK' : 'PUT BACK', countRows(of('restored'))),
    section('ALREADY AS IT WAS', countRows(of('unchanged'))),
    section('CANNOT COME BACK', stepRows(of('impossible'))),
    section(dryRun ? 'COULD NOT BE LOOKED AT' : 'FAILED', stepRows(of('failed'))),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function countRows(steps: readonly RestoreStep[]): string[] {
  const groups = groupBy(
    [...steps].sort((a, b) => (a.action.scope < b.action.scope ? -1 : 1)),
    ({ action }) => `${action.scope} ${action.kind} ${action.verb}`,
  );
  return [...groups.values()].flatMap((group) => {
    const first = group[0]?.action;
    if (!first) return [];
    const what = `${first.kind} ${first.verb}`;
    const [one, many] = kindNamed(first.kind)?.verbs[first.verb]?.words.putBack ?? [what, what];
    const ids = group.slice(0, 3).map(({ action }) => action.id);
    const named = ids.join(', ') + (group.length > ids.length ? ', …' : '');
    return `${first.scope.padEnd(16)} ${group.length} ${group.length === 1 ? one : many} (${named})`;
  });
}

const stepRows = (steps: readonly RestoreStep[]): string[] =>
  [...steps]
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
    .map(({ action, detail }) => `${action.scope.padEnd(16)} ${action.kind} ${action.id}: ${detail}`);

const place = ({ action }: RestoreStep) => `${action.scope} ${action.kind} ${action.id}`;

/** The steps as the document lists them, ordered by region, kind and id. */
export const stepDocuments = (steps: readonly RestoreStep[]) =>
  [...steps]
    .sort((a, b) => (place(a) < place(b) ? -1 : 1))
    .map(({ action: { kind, scope, id, verb }, status, detail }) => ({
      kind,
      region: scope,
      id,
      verb,
      status,
      detail,
    }));

/** Says a line for each region as its last step is done. */
export class RestoreProgress {
  private readonly expected: ReadonlyMap<string, number>;
  private readonly steps = new Map<string, RestoreStep[]>();

  constructor(
    plan: readonly Action[],
    private readonly say: (line: string) => void,
  ) {
    const byScope = groupBy(plan, ({ scope }) => scope);
    this.expected = new Map([...byScope].map(([scope, actions]) => [scope, actions.length]));
  }

  note(step: RestoreStep): void {
    const { scope } = step.action;
    const done = [...(this.steps.get(scope) ?? []), step];
    this.steps.set(scope, done);
    if (done.length !== this.expected.get(scope)) return;
    const counts = [...groupBy(done, ({ status }) => status)].map(
      ([status, some]) => `${some.length} ${status}`,
    );
    this.say(`  ${scope.padEnd(16)} ${counts.join(', ')}`);
  }
}

/**
 * What to do after a restore.
 * @param again the command line that does it again
 * @param stillDenied names of users
 */
export function nextCommand(
  again: string,
  dryRun: boolean,
  steps: readonly RestoreStep[],
  inspected: readonly InspectedNow[],
  stillDenied: readonly string[],
): string {
  const off = inspected.filter(({ comesBack, active }) => !comesBack && !active).length;
  if (dryRun) return `Nothing was changed. Next: ${again}`;
  if (steps.some(({ status }) => status === 'failed')) return `To try again what failed: ${again}`;
  if (off > 0) {
    const keys = off === 1 ? '1 key stays off' : `${off} keys stay off`;
    const names = stillDenied.slice(0, 3).join(', ') + (stillDenied.length > 3 ? ', …' : '');
    const denied = names && `; still denied: ${names}`;
    return `${keys}${denied}. For a key of yours: ${again} --key AKIA…`;
  }
  if (stillDenied.length > 0) return userHint(stillDenied, again);
  return 'Next, to see what would be stopped now: ./killswitch plan';
}
