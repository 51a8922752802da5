import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cruise } from '../../build/imports/cruise.ts';
import { LAYERS, type Layer, layerOf } from '../../build/imports/layers.ts';
import { importPicture, withPicture } from '../../build/imports/picture.ts';
import { importRules } from '../../build/imports/rules.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';

/** A package in which each kind of import that is refused occurs, and some that are not. */
const FILES = {
  'lambda/core/model.ts': `export type Model = 1;`,
  'lambda/core/disk.ts': `import 'node:fs';`,
  'lambda/core/policy/policy.ts': `import type { Model } from '../model.ts';\nexport type Policy = Model;`,
  'lambda/core/upward.ts': `import type { Policy } from './policy/policy.ts';\nexport type P = Policy;`,
  'lambda/shell/a.ts': `import type { B } from './b.ts';\nexport type A = B;`,
  'lambda/shell/b.ts': `import type { A } from './a.ts';\nexport type B = A;`,
  'lambda/engine/run.ts': `export const load = () => import('../tripwire/tick.ts');`,
  'lambda/tripwire/tick.ts': `export const tick = 1;`,
  'lab/drill/main.ts': `import '../replay/main.ts';\nimport '../testbed/bed.ts';`,
  'lab/replay/main.ts': `import '../../simulated-aws/account.ts';`,
  'lab/testbed/bed.ts': `import '../../lambda/core/model.ts';`,
  'simulated-aws/account.ts': `import '../lambda/core/model.ts';`,
};

describe('the rules of the imports', () => {
  const folder = temporaryFolder('killswitch-imports-');
  let broken: readonly string[];

  beforeAll(() => {
    for (const [file, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder.path, file)), { recursive: true });
      writeFileSync(join(folder.path, file), `${text}\n`);
    }
    const { summary } = cruise(importRules(LAYERS), folder.path, ['lambda', 'lab', 'simulated-aws']);
    const found = summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
    broken = found.sort((a, b) => a.localeCompare(b));
  });
  afterAll(() => folder.remove());

  it('refuse a cycle of types, an upward import, also a lazy one, and a neighbour; and nothing else', () => {
    expect(broken).toEqual([
      'lab/drill/main.ts: lab/drill knows nothing of its neighbours',
      'lambda/core/disk.ts: the core uses no module of Node.js',
      'lambda/core/upward.ts: core knows nothing of core: policy, prices',
      'lambda/engine/run.ts: lambda/engine knows nothing of lambda/tripwire',
      'lambda/shell/a.ts: no cycle',
      'simulated-aws/account.ts: simulated-aws stands alone',
    ]);
  });
});

describe('the picture of the imports', () => {
  const layers: readonly Layer[] = [
    { name: 'top', folders: ['top'] },
    { name: 'middle', folders: ['middle'] },
    { name: 'ground', folders: ['middle/ground'] },
  ];
  const module = (source: string, ...imported: readonly string[]) =>
    ({ source, dependencies: imported.map((resolved) => ({ resolved })) }) as never;

  it('leaves out an arrow that goes without saying', () => {
    const modules = [
      module('top/a.ts', 'middle/b.ts', 'middle/ground/c.ts', 'node_modules/x/index.js'),
      module('middle/b.ts', 'middle/ground/c.ts'),
    ];
    expect(importPicture(modules, layers).match(/f\d --> f\d/g)).toEqual(['f0 --> f1', 'f1 --> f2']);
  });

  it('takes the closest folder for the layer of a file', () => {
    expect(layerOf('middle/ground/c.ts', layers)?.name).toBe('ground');
    expect(layerOf('middle/b.ts', layers)?.name).toBe('middle');
    expect(layerOf('elsewhere/b.ts', layers)).toBeUndefined();
  });

  it('stands between its marks, whatever was there, and nowhere else', () => {
    const page = 'a\n<!-- imports -->\nold\n<!-- /imports -->\nb';
    expect(withPicture(page, 'new')).toBe('a\n<!-- imports -->\nnew\n<!-- /imports -->\nb');
    expect(() => withPicture('a', 'new')).toThrow('no <!-- imports -->');
  });
});
