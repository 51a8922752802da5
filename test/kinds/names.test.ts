import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

/** Whatever is built from the kinds, and must not know any of them. */
const GENERIC = ['bin', 'lib', 'lambda', 'build', 'lab/bench', 'lab/drill', 'lab/simulation', 'lab/testbed'];
const KINDS = 'lambda/kinds/';

it('nothing outside the folders of the kinds names one', () => {
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
