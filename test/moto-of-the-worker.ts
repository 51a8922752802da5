import { type Moto, startMoto } from '../lab/testbed/moto.ts';

/**
 * One moto serves all test files of a worker, one after the other: to start it and to let it load EC2 takes three
 * seconds of a core. On `globalThis`, as in fresh-process.ts: a module could be loaded anew.
 */
const KEY = Symbol.for('killswitch.tests.moto');
const worker = globalThis as { [KEY]?: Promise<Moto> };

/** The worker's moto, emptied: no account, no bucket, no user. It ends with the worker, so that `stop` does nothing. */
export async function emptyMoto(): Promise<Moto> {
  worker[KEY] ??= startMoto();
  const moto = await worker[KEY];
  await moto.reset();
  return { ...moto, stop: async () => {} };
}
