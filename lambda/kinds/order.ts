import type { RegisteredKind } from './kind.ts';

/**
 * Kinds so that each comes after those that it names in `after`; otherwise as they came.
 * @throws Error when one names a kind that is not there, or itself by way of others.
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
