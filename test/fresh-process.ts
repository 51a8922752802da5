/**
 * Workers keep their modules from one test file to the next (see vitest.config.ts). Whatever else a file may leave
 * behind must not: each begins with the environment of the first, and one that left the process on virtual time, or in
 * another folder, is named by the failure of all that follow.
 */
interface Beginning {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly Date: DateConstructor;
}
const KEY = Symbol.for('killswitch.tests.beginning');
const worker = globalThis as { [KEY]?: Beginning };

worker[KEY] ??= { environment: { ...process.env }, folder: process.cwd(), Date };
const { environment, folder } = worker[KEY];
if (Date !== worker[KEY].Date)
  throw new Error('the test file before this one left the process on virtual time');
if (process.cwd() !== folder)
  throw new Error(`the test file before this one left the process in ${process.cwd()}`);
for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
Object.assign(process.env, environment);
