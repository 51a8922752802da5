import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

/** Folders that are built from the kinds and must not name any of them. */
const GENERIC = ['bin', 'lib', 'lambda', 'build', 'lab/bench', 'lab/drill', 'lab/simulation', 'lab/testbed'];
const KINDS = 'lambda/kinds/';

it('only the folders of the kinds name a kind', () => {
  const files = GENERIC.flatMap((folder) =>
    readdirSync(inPackage(folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  ).filter((file) => /\.(ts|mjs|json|py|sh)$/.test(file) && !file.startsWith(KINDS));
  expect(files.length).toBeGreaterThan(200);
  const names = allKinds.map(({ name }) => name);
  const naming = files.flatMap((file) => {
    const text = readFileSync(inPackage(file), 'utf8');
    return names.filter((name) => text.includes(name)).map((name) => `${file} names ${name}`);
  });
  expect(naming).toEqual([]);
});
