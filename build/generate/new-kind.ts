import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { inPackage } from '../package.ts';
import { format } from './formatting.ts';
import { kindFiles, nameProblem } from './kind-files.ts';

/**
 * Begins a kind: `npm run new-kind -- acme-widget`. Ends with 2, and changes nothing, when the name is no good.
 * What it writes compiles, and fails its test until somebody has written the kind: see CONTRIBUTING.md.
 */
const [name, ...more] = process.argv.slice(2);
const isOne = name !== undefined && more.length === 0;
const problem = isOne ? nameProblem(name) : 'give one name: npm run new-kind -- acme-widget';
if (isOne && problem === undefined) await begin(name);
else {
  console.error(problem);
  process.exitCode = 2;
}

async function begin(kind: string): Promise<void> {
  const files = kindFiles(kind);
  for (const [path, text] of files) {
    await mkdir(dirname(inPackage(path)), { recursive: true });
    await writeFile(inPackage(path), text);
  }
  // A long name breaks lines that the template's own does not.
  format([...files.keys()]);
  await import('./generate.ts');
  console.log(
    [...files.keys(), `Write the kind; then: npx vitest run test/kinds/${kind}.test.ts`].join('\n'),
  );
}
