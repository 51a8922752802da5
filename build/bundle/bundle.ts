import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { PACKAGE_ROOT } from '../package.ts';
import { directImports } from './direct-imports.ts';
import { compactErrorClasses } from './error-classes.ts';
import { trimManifests } from './manifest-trimming.ts';
import { shakeSchemas } from './schema-shaking.ts';
import { withoutUnusedParts } from './unused-parts.ts';

// CommonJS modules inside the bundle still call require() for Node's built-ins.
const REQUIRE_FOR_ESM = [
  "import { createRequire as createBundleRequire } from 'node:module';",
  'const require = createBundleRequire(import.meta.url);',
].join('');

export interface BundleOptions {
  /** The module to start from, absolute or relative to the package. */
  readonly entry: string;
  /** Emptied first: chunks of an earlier build would change the asset's hash. */
  readonly outdir: string;
  /** The entry's name in `outdir`, without `.mjs`. */
  readonly name: string;
  /** Only the equality test and the benchmark turn this off. */
  readonly shake?: boolean;
  /** Asked before our own, e.g. for kinds that stand in for others. */
  readonly plugins?: readonly Plugin[];
}

export interface Bundle {
  readonly outdir: string;
  /** The entry's file name in `outdir`; its chunks lie beside it, so that `import.meta.url` means the same everywhere. */
  readonly file: string;
  readonly metafile: Metafile;
}

/**
 * Bundles a module and the AWS SDK into ES modules: what is imported dynamically becomes a chunk of its own and
 * loads when it is first needed. The same source gives the same bytes.
 * @throws esbuild's BuildFailure, or an Error when the AWS SDK cannot be shaken any more.
 */
export async function bundle({
  entry,
  outdir,
  name,
  shake = true,
  plugins = [],
}: BundleOptions): Promise<Bundle> {
  await rm(outdir, { recursive: true, force: true });
  const { metafile, outputFiles } = await build({
    absWorkingDir: PACKAGE_ROOT,
    entryPoints: { [name]: entry },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    outExtension: { '.js': '.mjs' },
    banner: { js: REQUIRE_FOR_ESM },
    minify: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
    plugins: [
      ...plugins,
      ...(shake
        ? [shakeSchemas(), compactErrorClasses(), trimManifests(), withoutUnusedParts(), directImports()]
        : []),
    ],
  });
  await mkdir(outdir, { recursive: true });
  for (const { path, text } of outputFiles) {
    const code = text.replace(REQUIRE_FOR_ESM, '');
    // Most chunks call no require: of dozens each would carry those lines.
    const kept = /\brequire\b/.test(code) ? text : code.trimStart();
    await writeFile(path, kept);
    const output = metafile.outputs[relative(PACKAGE_ROOT, path).replaceAll('\\', '/')];
    if (!output) throw new Error(`${path} is not in the metafile`);
    output.bytes = Buffer.byteLength(kept);
  }
  return { outdir, file: `${name}.mjs`, metafile };
}

/** Bytes that are parsed when the named files are loaded: they and all they import statically. */
export function bytesLoaded({ metafile }: Bundle, files: readonly string[]): number {
  const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const loaded = new Set<string>();
  const pending = [...files];
  let bytes = 0;
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    const output = outputs.get(file);
    if (!output) throw new Error(`${file} is not part of the bundle`);
    bytes += output.bytes;
    for (const imported of output.imports)
      if (imported.kind === 'import-statement' && !imported.external) pending.push(basename(imported.path));
  }
  return bytes;
}

/** The chunk that `import(module)` loads; `module` is the end of a path, e.g. `credential-provider-env/dist-es/index.js`. */
export function chunkOf({ metafile }: Bundle, module: string): string {
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
    if (entryPoint?.endsWith(module)) return basename(path);
  throw new Error(`nothing imports ${module} dynamically`);
}
