import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../simulated-aws/core/behaviour.ts';

/** A list of claims, with the folders that claim and the folders that test; folders from the package's root. */
interface Claimed {
  readonly list: Readonly<Record<string, readonly Behaviour[]>>;
  readonly claimedIn: readonly string[];
  readonly testedIn: readonly string[];
}

/** Tests that the list has all that its folders claim, and that each claim has a source and exactly one test. */
export async function describeClaims(title: string, { list, claimedIn, testedIn }: Claimed): Promise<void> {
  const claims = await claimsOf(claimedIn);
  const tested = testedIds(testedIn);

  describe(title, () => {
    it('are not empty, and every id is claimed once', () => {
      const ids = claims.map(({ id }) => id);
      expect(ids).not.toEqual([]);
      expect(repeated(ids)).toEqual([]);
    });

    it('are all in the list: every folder that claims something', () => {
      const listed = Object.values(list).flat();
      expect(claims.filter((claim) => !listed.includes(claim)).map(({ id }) => id)).toEqual([]);
      expect(listed.filter((claim) => !claims.includes(claim)).map(({ id }) => id)).toEqual([]);
    });

    it('have a source each, or say that they are an assumption', () => {
      expect(claims.filter(({ claim, source }) => !claim || !source).map(({ id }) => id)).toEqual([]);
    });

    it('have exactly one test each', () => {
      expect(claims.filter(({ id }) => !tested.includes(id)).map(({ id }) => id)).toEqual([]);
      expect(repeated(tested)).toEqual([]);
    });

    it('have every behaviour among them that is tested', () => {
      expect(tested.filter((id) => !claims.some((each) => each.id === id))).toEqual([]);
    });
  });
}

const root = join(import.meta.dirname, '..', '..');

const filesUnder = (folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(root, folder, file),
    ),
  );

/** All lists that the files called `…behaviours.ts` of these folders export. */
async function claimsOf(folders: readonly string[]): Promise<Behaviour[]> {
  const files = filesUnder(folders).filter((file) => /behaviours\.ts$/.test(file));
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(file).href) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module).filter(Array.isArray).flat() as Behaviour[]);
}

/** The ids that tests name as the second argument of `behaviour`. */
function testedIds(folders: readonly string[]): string[] {
  const tests = filesUnder(folders).filter((file) => file.endsWith('.test.ts'));
  return tests.flatMap((file) => {
    const source = readFileSync(file, 'utf8');
    return [...source.matchAll(/\bbehaviour\(\s*[\w.]+,\s*'([^']+)'/g)].map(([, id]) => id ?? '');
  });
}

const repeated = (ids: readonly string[]) => ids.filter((id, at) => ids.indexOf(id) !== at);
