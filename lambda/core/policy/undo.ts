import * as v from 'valibot';
import { type JournalRecord, undoList } from '../journal.ts';
import { type Action, changeOf, keyOf, type ResourceRef } from '../model.ts';
import type { Descriptor } from './descriptor.ts';

/** What a person names for restore, by `keyOf`: a user may have the name of somebody else's key. */
export type Named = 'all' | ReadonlySet<string>;

type KindNamed = (name: string) => Descriptor | undefined;

export const byName = <K extends Descriptor>(kinds: readonly K[]): ((name: string) => K | undefined) => {
  const named = new Map(kinds.map((kind) => [kind.name, kind]));
  return (name) => named.get(name);
};

const verbOf = (kindNamed: KindNamed, { kind, verb }: Pick<Action, 'kind' | 'verb'>) =>
  kindNamed(kind)?.verbs[verb];

export const isNamed = (named: Named, ref: ResourceRef): boolean => named === 'all' || named.has(keyOf(ref));

/** Whether restore undoes it only when a person names it. */
export const isNamedOnly = (kindNamed: KindNamed, action: Action): boolean =>
  verbOf(kindNamed, action)?.comesBack === 'named';

/** Whether restore undoes it together with something that it owns, or when a person names it. */
export const isWithOwned = (kindNamed: KindNamed, action: Action): boolean =>
  verbOf(kindNamed, action)?.comesBack === 'with-owned';

/**
 * The changes that restore undoes: all but those that AWS refused, and those that a person must name and did
 * not. An intruder may have edited the journal, so the journal never decides what comes back.
 */
export function undoPlan(
  records: readonly JournalRecord[],
  refused: ReadonlySet<string>,
  named: Named,
  kindNamed: KindNamed,
): Action[] {
  // The oldest readable line counts: otherwise one line that an intruder adds would keep a machine stopped.
  const readable = records.filter((record) => 'before' in readBefore(record, kindNamed));
  const known = new Set(readable.map(changeOf));
  const unreadable = records.filter((record) => !known.has(changeOf(record)));
  // Refused lifts, too: the error may have come after the change, and undo looks before it sets a protection.
  const all = [...undoList(readable), ...undoList(unreadable)].filter(
    (action) => verbOf(kindNamed, action)?.isAuxiliary || !refused.has(changeOf(action)),
  );
  const chosen = all.filter((action) => isNamedOnly(kindNamed, action) && isNamed(named, action));
  const owners = new Set(
    chosen.flatMap((action) => {
      const owner = kindNamed(action.kind)?.ownerOf?.(action.before);
      return owner ? keyOf(owner) : [];
    }),
  );
  return all.filter((action) => {
    const when = verbOf(kindNamed, action)?.comesBack;
    if (when === 'named') return isNamed(named, action);
    // A deny comes off with a key of its user, or by the user's name, so an intruder's user stays denied.
    if (when === 'with-owned') return isNamed(named, action) || owners.has(keyOf(action));
    return true;
  });
}

/** Parses a journaled change with its kind's schema, or says why it cannot be what we wrote. */
export function readBefore(
  action: Pick<Action, 'kind' | 'verb' | 'before'>,
  kindNamed: KindNamed,
): { readonly before: Action['before'] } | { readonly problem: string } {
  const schema = verbOf(kindNamed, action)?.before;
  if (!schema) return { problem: `this version of ${action.kind} does not know the change ${action.verb}` };
  const read = v.safeParse(schema, action.before);
  if (read.success) return { before: read.output };
  const [issue] = read.issues;
  const where = issue && v.getDotPath(issue);
  return {
    problem:
      'its record in the journal cannot be read: it was edited, or another version wrote it ' +
      `(${where ? `before.${where}` : 'before'}: ${issue?.message})`,
  };
}

/** Changes that cannot be undone because their lines are unreadable, each with the reason. */
export function unreadableOf(
  records: readonly JournalRecord[],
  kindNamed: KindNamed,
): readonly { readonly action: Action; readonly problem: string }[] {
  const found = new Map<string, { action: Action; problem: string }>();
  for (const action of records.filter(({ kind }) => kindNamed(kind))) {
    const read = readBefore(action, kindNamed);
    if ('problem' in read) found.set(changeOf(action), { action, problem: read.problem });
  }
  return [...found.values()];
}
