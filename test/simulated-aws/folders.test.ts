import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', 'simulated-aws');

/** The folders that each folder imports from, types included. */
function imports(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => /\.(ts|mjs)$/.test(name))) {
    const source = readFileSync(join(root, file), 'utf8');
    const from = dirname(file);
    const targets = found.get(from) ?? new Set();
    found.set(from, targets);
    for (const [, path = ''] of source.matchAll(/\b(?:from|import)\s*\(?'(\.[^']+)'/g)) {
      const to = dirname(relative(root, normalize(join(root, from, path))));
      if (to !== from) targets.add(to);
    }
  }
  return found;
}

/** Folders in a cycle, or that import from one: those that stay when folders without imports are removed again and again. */
function inCycles(folders: Map<string, Set<string>>): string[] {
  const left = new Map(folders);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const [folder, targets] of left)
      if (![...targets].some((target) => left.has(target))) left.delete(folder);
  }
  return [...left.keys()];
}

it('has services that import each other in one direction only', () => {
  const services = [...imports()].filter(([folder]) => folder.startsWith('services/'));
  expect(services.length).toBeGreaterThan(15);
  expect(inCycles(new Map(services))).toEqual([]);
});
