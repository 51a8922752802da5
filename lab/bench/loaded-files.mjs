/**
 * Loaded with `--import`: writes down each file that this process loads from then on, with the moment, one JSON
 * line each, to the file that BENCH_LOADED_FILES names.
 */
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// Loader hooks run in a thread of their own, which loads this same file.
if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  const loaded = await next(url, context);
  appendFileSync(process.env.BENCH_LOADED_FILES, `${JSON.stringify({ url, at: Date.now() })}\n`);
  return loaded;
}
