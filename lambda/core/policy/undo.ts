import * as v from 'valibot';
import { type JournalRecord, undoList } from '../journal.ts';
import { type Action, changeOf, keyOf, refOf } from '../model.ts';
import type { Descriptor } from './descriptor.ts';
import type { Recalled } from './policy.ts';

/** What comes back only when a person names it: all of it, or these ids. */
export type Named = 'all' | ReadonlySet<string>;

type KindNamed = (name: string) => Descriptor | undefined;

export const byName = <K extends Descriptor>(kinds: readonly K[]): ((name: string) => K | undefined) => {
  const named = new Map(kinds.map((kind) => [kind.name, kind]));
  return (name) => named.get(name);
};

const verbOf = (kindNamed: KindNamed, { kind, verb }: Pick<Action, 'kind' | 'verb'>) =>
  kindNamed(kind)?.verbs[verb];

/** Whether a person has named it. */
export const isNamed = (named: Named, id: string): boolean => named === 'all' || named.has(id);

/** Whether it comes back only when a person names it. */
export const isNamedOnly = (kindNamed: KindNamed, action: Action): boolean =>
  verbOf(kindNamed, action)?.comesBack === 'named';

/**
 * What would be undone: everything but what was refused, and what only a person's word brings back. What is journaled
 * may have been edited by an intruder: it never decides that.
 */
export function undoPlan(
  records: readonly JournalRecord[],
  refused: ReadonlySet<string>,
  named: Named,
  kindNamed: KindNamed,
): Action[] {
  // The oldest line counts, but none that was edited: else one line that somebody adds would keep a machine down.
  const readable = records.filter((record) => 'before' in readBefore(record, kindNamed));
  const known = new Set(readable.map(changeOf));
  const unreadable = records.filter((record) => !known.has(changeOf(record)));
  // A protection is looked at before it is set again: also one whose lifting was refused after it had worked.
  const all = [...undoList(readable), ...undoList(unreadable)].filter(
    (action) => verbOf(kindNamed, action)?.isAuxiliary || !refused.has(changeOf(action)),
  );
  const chosen = all.filter((action) => isNamedOnly(kindNamed, action) && isNamed(named, action.id));
  const owners = new Set(
    chosen.flatMap((action) => {
      const owner = kindNamed(action.kind)?.ownerOf?.(action.before);
      return owner ? keyOf(owner) : [];
    }),
  );
  return all.filter((action) => {
    const when = verbOf(kindNamed, action)?.comesBack;
    if (when === 'named') return isNamed(named, action.id);
    // A deny comes off with a key of its user: an intruder's user keeps his.
    if (when === 'with-owned') return named === 'all' || owners.has(keyOf(action));
    return true;
  });
}

/** What the kind's own schema makes of a journaled change, or why it cannot be what was written. */
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
    problem: `its record in the journal cannot be read: it was edited, or is of another version (${where ? `before.${where}` : 'before'}: ${issue?.message})`,
  };
}

/** Lines that nothing can be undone by, each with the reason: named, never passed over. */
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

/** Journaled changes as a plan may recall them. */
export function recalledFrom(records: readonly JournalRecord[], kindNamed: KindNamed): Recalled[] {
  return records.map((record) => {
    const read = readBefore(record, kindNamed);
    return { ...refOf(record), verb: record.verb, ...('before' in read ? { before: read.before } : {}) };
  });
}
