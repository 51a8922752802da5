import type { RegisteredKind } from './kind.ts';

/**
 * Sorts kinds so that each comes after those in its `after`; otherwise the order stays.
 * @throws Error for an unknown kind in `after`, and for a cycle.
 */
export function inOrder<K extends Pick<RegisteredKind, 'name' | 'after'>>(kinds: readonly K[]): K[] {
  const named = new Map(kinds.map((kind) => [kind.name, kind]));
  const ordered: K[] = [];
  const visit = (kind: K, path: readonly string[]): void => {
    if (ordered.includes(kind)) return;
    if (path.includes(kind.name))
      throw new Error(`kinds wait for each other: ${[...path, kind.name].join(' after ')}`);
    for (const name of kind.after ?? []) {
      const before = named.get(name);
      if (!before) throw new Error(`${kind.name} comes after ${name}, and there is no such kind`);
      visit(before, [...path, kind.name]);
    }
    ordered.push(kind);
  };
  for (const kind of kinds) visit(kind, []);
  return ordered;
}
