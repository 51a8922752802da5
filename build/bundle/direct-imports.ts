import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';

/** The SDK's own modules, but for its schemas, which schema-shaking.ts loads before this is asked. */
const SDK_MODULE = /[\\/]node_modules[\\/]@(?:aws-sdk|smithy)[\\/].*\.js$/;
const NAMED_IMPORT = /^import \{([^}]*)\} from "(@(?:aws-sdk|smithy)\/[^"]+)";$/gm;
const NAMED_EXPORT = /^export \{([^}]*)\} from "([^"]+)";$/gm;
const EXPORT_ALL = /^export \* from "([^"]+)";$/gm;

/** By name, the module that an index re-exports it from, and its name there. */
type Index = ReadonlyMap<string, { readonly path: string; readonly name: string }>;

/**
 * Lets each module of the AWS SDK import from where a thing is defined, not by way of a package's index. esbuild puts
 * all that an index reaches into one chunk, so that what only a later chunk needs (the JSON protocols of Pricing) would
 * be loaded with the engine. Packages of the SDK say that they have no side effects, so an index does nothing else.
 */
export function directImports(): Plugin {
  return {
    name: 'direct-aws-sdk-imports',
    setup(build) {
      const indexes = new Map<string, Promise<Index>>();
      let rewritten = 0;
      build.onStart(() => {
        rewritten = 0;
      });
      build.onLoad({ filter: SDK_MODULE }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        const direct = new Map<string, string>();
        for (const [statement, names = '', from = ''] of source.matchAll(NAMED_IMPORT)) {
          const index = await resolve(build, from, path);
          const known = indexes.get(index) ?? indexOf(build, index);
          indexes.set(index, known);
          direct.set(statement, imports(names, from, await known));
        }
        rewritten += direct.size;
        return { contents: source.replaceAll(NAMED_IMPORT, (all) => direct.get(all) ?? all), loader: 'js' };
      });
      build.onEnd(() => {
        if (rewritten === 0)
          throw new Error("no import of the AWS SDK was rewritten: the SDK's layout has changed");
      });
    },
  };
}

/** One statement for each name: what the index does not tell comes from the index as before. */
const imports = (names: string, from: string, index: Index): string =>
  namesIn(names)
    .map(([name, as]) => {
      const found = index.get(name);
      return `import { ${found?.name ?? name} as ${as} } from ${JSON.stringify(found?.path ?? from)};`;
    })
    .join('\n');

/** `a, b as c` as pairs of a name and what it is called here. */
const namesIn = (list: string): [name: string, as: string][] =>
  list.split(',').flatMap((part) => {
    const [name = '', as = name] = part.trim().split(/\s+as\s+/);
    return name === '' ? [] : [[name, as]];
  });

async function indexOf(build: PluginBuild, path: string): Promise<Index> {
  const source = await readFile(path, 'utf8');
  const index = new Map<string, { path: string; name: string }>();
  for (const [, from = ''] of source.matchAll(EXPORT_ALL)) {
    const module = await resolve(build, from, path);
    for (const [name, found] of await indexOf(build, module)) index.set(name, found);
    for (const name of definedIn(await readFile(module, 'utf8'))) index.set(name, { path: module, name });
  }
  for (const [, names = '', from = ''] of source.matchAll(NAMED_EXPORT)) {
    const module = await resolve(build, from, path);
    for (const [name, as] of namesIn(names)) index.set(as, { path: module, name });
  }
  return index;
}

const definedIn = (source: string): string[] =>
  [...source.matchAll(/^export (?:const|let|class|function|async function) (\w+)/gm)].map(
    ([, name = '']) => name,
  );

async function resolve(build: PluginBuild, path: string, importer: string): Promise<string> {
  const found = await build.resolve(path, {
    resolveDir: dirname(importer),
    importer,
    kind: 'import-statement',
  });
  if (found.errors.length > 0) throw new Error(`${path}, imported by ${importer}: ${found.errors[0]?.text}`);
  return found.path;
}
