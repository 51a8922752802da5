import '../../build/sdk-warning.ts';
import { playSeedCase } from './seed-case.ts';

/** Plays the seeds that are its arguments, one after the other, and prints each result as a line of JSON. */
for (const seed of process.argv.slice(2))
  process.stdout.write(`${JSON.stringify(await playSeedCase(Number(seed)))}\n`);
