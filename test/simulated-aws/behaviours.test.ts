import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLAIMS } from '../../simulated-aws/claims.ts';
import type { Behaviour } from '../../simulated-aws/core/behaviour.ts';

const root = join(import.meta.dirname, '..', '..');
const filesUnder = (folder: string) => readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });

describe('the list of what the simulated account claims', async () => {
  const claims = await claimed();
  const tested = testedIds();

  it('is not empty, and every id is claimed once', () => {
    const ids = claims.map(({ id }) => id);
    expect(ids).not.toEqual([]);
    expect(repeated(ids)).toEqual([]);
  });

  it('is whole: every folder that claims something is in it', () => {
    const listed = Object.values(CLAIMS).flat();
    expect(claims.filter((claim) => !listed.includes(claim)).map(({ id }) => id)).toEqual([]);
  });

  it('gives a source for each, or says that it is an assumption', () => {
    expect(claims.filter(({ claim, source }) => !claim || !source).map(({ id }) => id)).toEqual([]);
  });

  it('has exactly one test for each', () => {
    expect(claims.filter(({ id }) => !tested.includes(id)).map(({ id }) => id)).toEqual([]);
    expect(repeated(tested)).toEqual([]);
  });

  it('knows every behaviour that is tested', () => {
    expect(tested.filter((id) => !claims.some((each) => each.id === id))).toEqual([]);
  });
});

/** All lists that the folders of `sim/` export. */
async function claimed(): Promise<Behaviour[]> {
  const files = filesUnder('sim').filter((file) => /behaviours\.ts$/.test(file));
  const modules = await Promise.all(
    files.map(
      (file) => import(pathToFileURL(join(root, 'sim', file)).href) as Promise<Record<string, unknown>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module).filter(Array.isArray).flat() as Behaviour[]);
}

/** The ids that tests of the simulated account name as the second argument of `behaviour`. */
function testedIds(): string[] {
  const tests = filesUnder('test/sim').filter((file) => file.endsWith('.test.ts'));
  return tests.flatMap((file) => {
    const source = readFileSync(join(root, 'test/sim', file), 'utf8');
    return [...source.matchAll(/\bbehaviour\(\s*[\w.]+,\s*'([^']+)'/g)].map(([, id]) => id ?? '');
  });
}

const repeated = (ids: readonly string[]) => ids.filter((id, at) => ids.indexOf(id) !== at);
