import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';

/** The SDK's own modules, but for its schemas, which schema-shaking.ts loads before this is asked; and ours. */
const SDK_MODULE = /[\\/]node_modules[\\/]@(?:aws-sdk|smithy)[\\/].*\.js$/;
const OWN_MODULE = /\.ts$/;
const NAMED_IMPORT = /^import \{([^}]*)\} from ["'](@(?:aws-sdk|smithy)\/[^"']+)["'];$/gm;
const NAMED_EXPORT = /^export \{([^}]*)\} from "([^"]+)";$/gm;
const EXPORT_ALL = /^export \* from "([^"]+)";$/gm;

/** The module that defines something, and its name there. */
interface Definition {
  readonly path: string;
  readonly name: string;
}

/**
 * Lets each module import of the AWS SDK from where a thing is defined, not by way of a package's index. esbuild puts
 * all that an index reaches into one chunk, so that what only a later chunk needs (the JSON protocols of Pricing) would
 * be loaded with the engine; and it reads all of it, EC2's thousand files among them, to keep a quarter. Packages of the
 * SDK say that they have no side effects, so an index does nothing else.
 */
export function directImports(): Plugin {
  return {
    name: 'direct-aws-sdk-imports',
    setup(build) {
      const definitions = new Map<string, Promise<Definition | undefined>>();
      let rewritten = 0;
      build.onStart(() => {
        rewritten = 0;
      });
      for (const [filter, loader] of [
        [SDK_MODULE, 'js'],
        [OWN_MODULE, 'ts'],
      ] as const)
        build.onLoad({ filter }, async ({ path }) => {
          const source = read(path);
          const direct = new Map<string, string>();
          for (const [statement, names = '', from = ''] of source.matchAll(NAMED_IMPORT)) {
            const index = await resolve(build, from, path);
            const found = await Promise.all(
              namesIn(names).map(async ([name, as]) => {
                const key = `${name} of ${index}`;
                const known = definitions.get(key) ?? definitionOf(build, index, name);
                definitions.set(key, known);
                // What the index does not tell comes from the index as before.
                const { path: module = from, name: there = name } = (await known) ?? {};
                return `import { ${there} as ${as} } from ${JSON.stringify(module)};`;
              }),
            );
            direct.set(statement, found.join('\n'));
          }
          rewritten += direct.size;
          return { contents: source.replaceAll(NAMED_IMPORT, (all) => direct.get(all) ?? all), loader };
        });
      build.onEnd(() => {
        if (rewritten === 0)
          throw new Error("no import of the AWS SDK was rewritten: the SDK's layout has changed");
      });
    },
  };
}

/** `a, b as c` as pairs of a name and what it is called here, without types, which are no code. */
const namesIn = (list: string): [name: string, as: string][] =>
  list.split(',').flatMap((part) => {
    const [name = '', as = name] = part.trim().split(/\s+as\s+/);
    return name === '' || name.startsWith('type ') ? [] : [[name, as]];
  });

/** Where an index has a name from. Files are named after what they define: only if none is are all of them read. */
const definitionOf = async (build: PluginBuild, index: string, name: string) =>
  (await search(build, index, name, mayDefine)) ?? (await search(build, index, name, () => true));

/** `commands/StopInstancesCommand`, `pagination/DescribeInstancesPaginator`; what begins small holds many things. */
function mayDefine(module: string, name: string): boolean {
  const file = basename(module);
  return /^[a-z]/.test(file) || file === name || `paginate${file.replace(/Paginator$/, '')}` === name;
}

async function search(
  build: PluginBuild,
  index: string,
  name: string,
  isWorthReading: (module: string, name: string) => boolean,
): Promise<Definition | undefined> {
  const source = read(index);
  for (const [, names = '', from = ''] of source.matchAll(NAMED_EXPORT))
    for (const [there, as] of namesIn(names))
      if (as === name) return { path: await resolve(build, from, index), name: there };
  for (const [, from = ''] of source.matchAll(EXPORT_ALL)) {
    if (!isWorthReading(from, name)) continue;
    const module = await resolve(build, from, index);
    const found = await search(build, module, name, isWorthReading);
    if (found) return found;
    if (definedIn(read(module)).includes(name)) return { path: module, name };
  }
  return undefined;
}

/** At once: handing hundreds of small files to other threads takes longer than reading them. */
const read = (path: string) => readFileSync(path, 'utf8');

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
