import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Bundle, bundle, bytesLoaded } from '../../build/bundle/bundle.ts';
import { inPackage } from '../../build/package.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { childEnvironment, expectSuccess, runChild } from './child-process.ts';
import { atMost, median, noted, type Section } from './measurement.ts';

const LOADS = 11;

/** Time to load the function's bundle, against the same source bundled by esbuild without our plugin. */
export async function measureLoadTime(shaken: Bundle): Promise<Section> {
  const folder = temporaryFolder('killswitch-bench-plain-');
  try {
    const plain = await bundle({
      entry: inPackage('lambda', 'handler.ts'),
      outdir: join(folder.path, 'plain'),
      name: 'index',
      shake: false,
    });
    const times = { shaken: [] as number[], plain: [] as number[] };
    // In turns, so that what the machine does beside this hits both.
    for (let i = 0; i <= LOADS; i++) {
      const [ours, theirs] = [await loadOnce(shaken), await loadOnce(plain)];
      if (i === 0) continue; // the files come from the disk
      times.shaken.push(ours);
      times.plain.push(theirs);
    }
    const [ours, theirs] = [median(times.shaken), median(times.plain)];
    const sizeOf = (built: Bundle) => `${(bytesLoaded(built, [built.file]) / 1000).toFixed(0)} KB`;
    return {
      title: "Loading the function's bundle",
      method: [
        `import() of index.mjs in a fresh process, median of ${LOADS}, in turns with the same source bundled and minified by esbuild without the schema-shaking plugin.`,
      ],
      measurements: [
        atMost('load time ÷ plain esbuild bundle', ours / theirs, 0.5, '', { hard: false, digits: 2 }),
        noted('shaken', ours, `${ours.toFixed(0)} ms, ${sizeOf(shaken)}`),
        noted('plain', theirs, `${theirs.toFixed(0)} ms, ${sizeOf(plain)}`),
      ],
    };
  } finally {
    folder.remove();
  }
}

async function loadOnce({ outdir, file }: Bundle): Promise<number> {
  const url = pathToFileURL(join(outdir, file)).href;
  const script = `const t = performance.now(); await import('${url}'); console.log(performance.now() - t);`;
  const env = childEnvironment('http://localhost:9');
  const run = await runChild([process.execPath, '--input-type=module', '-e', script], {
    env,
    atMostMs: 30_000,
  });
  return Number(expectSuccess(run, 'loading the bundle').stdout);
}
