import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, it } from 'vitest';
import { inPackage } from '../../../build/package.ts';

/** Entered by nobody who runs the engine itself: the function's own entry loads them. */
const BY_THE_HANDLER = 'lambda/handler.ts';
/** Each loads its own: the list asks all of them. */
const KINDS = 'lambda/kinds/';

it('the list of lazily loaded modules is complete', () => {
  const files = readdirSync(inPackage('lambda'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('lambda', file));
  const lazy = files
    .filter((file) => file !== BY_THE_HANDLER && !file.startsWith(KINDS))
    .flatMap((file) =>
      [...readFileSync(inPackage(file), 'utf8').matchAll(/(?<!typeof )import\('(\.[^']+)'\)/g)].map(
        ([, path = '']) => normalize(join(dirname(file), path)),
      ),
    );
  const list = readFileSync(inPackage('lab', 'simulation', 'lazy-modules.ts'), 'utf8');
  const listed = [...list.matchAll(/^import '\.\.\/\.\.\/([^']+)';$/gm)].map(([, path = '']) => path);
  expect([...new Set(listed)].sort()).toEqual([...new Set(lazy)].sort());
});
