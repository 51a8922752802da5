import { existsSync, readdirSync } from 'node:fs';
import type { Kind } from '../../lambda/kinds/kind.ts';
import { inOrder } from '../../lambda/kinds/order.ts';
import { inPackage } from '../package.ts';

/** A kind, and the name under which its folder exports it. */
export interface FoundKind {
  readonly exported: string;
  readonly kind: Kind;
}

/** Where each kind has a folder of its name. */
export const KINDS_FOLDER = inPackage('lambda', 'kinds');

/** The widest line that Biome leaves as it is: `lineWidth` in biome.json. */
const LINE_WIDTH = 110;
const HEAD = '// Written by `npm run generate` from the folders beside it.';
/** As Biome sorts imports: numbers by their value. */
const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * The kinds of all folders in lambda/kinds.
 * @throws Error naming a folder that holds no kind of its own name.
 */
export async function findKinds(): Promise<FoundKind[]> {
  const entries = readdirSync(KINDS_FOLDER, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const withoutKind = folders.find((folder) => !existsSync(inPackage('lambda', 'kinds', folder, 'index.ts')));
  if (withoutKind !== undefined)
    throw new Error(`lambda/kinds/${withoutKind} has no index.ts: write it, or remove the folder`);
  const load = async (folder: string) =>
    kindIn(folder, await import(`../../lambda/kinds/${folder}/index.ts`));
  return await Promise.all(folders.map(load));
}

/**
 * The kind among what lambda/kinds/<folder>/index.ts exports.
 * @throws Error unless exactly one export has the folder's name as its `name`.
 */
export function kindIn(folder: string, module: object): FoundKind {
  const named = Object.entries(module).flatMap(([exported, value]) =>
    isKindNamed(folder, value) ? { exported, kind: value } : [],
  );
  const [found, ...others] = named;
  if (!found || others.length > 0)
    throw new Error(
      `lambda/kinds/${folder}/index.ts must export one kind with the name '${folder}', and exports ` +
        (found ? `several: ${named.map(({ exported }) => exported).join(', ')}` : 'none'),
    );
  return found;
}

const isKindNamed = (name: string, value: unknown): value is Kind =>
  typeof value === 'object' && value !== null && 'name' in value && value.name === name;

/**
 * The text of lambda/kinds/index.ts and of lambda/kinds/all.ts, as Biome formats it.
 * @throws Error when two kinds are exported under one name, or when `after` makes no order.
 */
export function registryOf(found: readonly FoundKind[]): Record<'index.ts' | 'all.ts', string> {
  inOrder(found.map(({ kind }) => kind));
  refuseBroken(found.map(({ kind }) => kind));
  for (const [at, { exported, kind }] of found.entries()) {
    const same = found.slice(0, at).find((earlier) => earlier.exported === exported);
    if (same) throw new Error(`${same.kind.name} and ${kind.name} are both exported as ${exported}`);
  }
  const sorted = [...found].sort((a, b) => compare(a.kind.name, b.kind.name));
  return {
    'index.ts': registry({
      imported: sorted.filter(({ kind }) => kind.isFirst),
      type: 'RegisteredKind',
      comment: 'Every kind, launchers before what they launch. Restore runs through it backwards.',
      variable: 'kinds',
      entries: sorted.map((each) => (each.kind.isFirst ? `  ${each.exported},` : laterEntry(each))),
    }),
    'all.ts': registry({
      imported: sorted,
      type: 'Kind',
      comment:
        'The whole of every kind at once: for what is built or checked ahead of a run (role, policies, documents, tests).',
      variable: 'allKinds',
      entries: sorted.map(({ exported }) => `  ${exported},`),
    }),
  };
}

interface Parts {
  readonly imported: readonly FoundKind[];
  readonly type: string;
  readonly comment: string;
  readonly variable: string;
  readonly entries: readonly string[];
}

function registry({ imported, type, comment, variable, entries }: Parts): string {
  const imports = [
    ...imported.map(({ exported, kind }) => ({
      module: kind.name,
      line: `import { ${exported} } from '${pathOf(kind)}';`,
    })),
    { module: 'kind', line: `import type { ${type} } from './kind.ts';` },
    { module: 'order', line: "import { inOrder } from './order.ts';" },
  ];
  return [
    HEAD,
    ...imports.sort((a, b) => compare(a.module, b.module)).map(({ line }) => line),
    '',
    `/** ${comment} */`,
    `export const ${variable}: readonly ${type}[] = inOrder<${type}>([`,
    ...entries,
    ']);',
    '',
  ].join('\n');
}

/** What the engine has of a kind before its code is loaded. */
function laterEntry({ exported, kind }: FoundKind): string {
  const imported = `(await import('${pathOf(kind)}'))`;
  return [
    '  {',
    `    name: '${kind.name}',`,
    `    scope: '${kind.scope}',`,
    ...afterLines(kind.after ?? []),
    ...fitting(`    loadKind: async () => ${imported}.${exported},`, [
      '    loadKind: async () =>',
      ...fitting(`      ${imported}.${exported},`, [`      ${imported}`, `        .${exported},`]),
    ]),
    '  },',
  ].join('\n');
}

function afterLines(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const quoted = names.map((name) => `'${name}'`);
  const broken = ['    after: [', ...quoted.map((name) => `      ${name},`), '    ],'];
  return fitting(`    after: [${quoted.join(', ')}],`, broken);
}

const fitting = (line: string, broken: readonly string[]) => (line.length <= LINE_WIDTH ? [line] : broken);

const pathOf = ({ name }: Kind) => `./${name}/index.ts`;

/** @throws Error for a kind that brings what is not there, or what is not loaded yet when it acts. */
function refuseBroken(kinds: readonly Kind[]): void {
  for (const { name, isFirst, brings = [] } of kinds)
    for (const brought of brings) {
      const other = kinds.find((kind) => kind.name === brought);
      if (!other) throw new Error(`${name} brings ${brought}, and there is no such kind`);
      if (isFirst && !other.isFirst)
        throw new Error(
          `${name} is loaded first and brings ${brought}, which is not: make both first, or neither`,
        );
    }
}
