import { text } from 'node:stream/consumers';
import { parseSettings } from '../../lambda/core/settings.ts';
import { bundleFunction } from './function-bundle.ts';

// Called by lib/function.ts: the output folder as argument, the settings on stdin.
const [outdir] = process.argv.slice(2);
if (!outdir) throw new Error('usage: write-function-asset.ts OUTPUT_FOLDER < settings.json');
await bundleFunction(outdir, parseSettings(JSON.parse(await text(process.stdin)), 'settings'));
