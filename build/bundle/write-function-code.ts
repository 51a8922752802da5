import { bundleFunctionCode } from './function-bundle.ts';

// Called by lib/function.ts, which waits for it, with the output folder as argument.
const [outdir] = process.argv.slice(2);
if (!outdir) throw new Error('usage: write-function-code.ts OUTPUT_FOLDER');
await bundleFunctionCode(outdir);
