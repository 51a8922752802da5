import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bundle } from '../../build/bundle/bundle.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { type ChildRun, childEnvironment, expectSuccess, runChild } from './child-process.ts';

export interface FireRun extends ChildRun {
  readonly report: Report;
}

/**
 * `killswitch fire --yes --json`, from the bundle that users get, with a journal in a folder of its own.
 * @throws Error unless it ends with exit code 0: the figures of a run that failed would mean nothing.
 */
export async function fireFromHere(
  bundle: Bundle,
  endpoint: string,
  options: FireOptions = {},
): Promise<FireRun> {
  const run = expectSuccess(await runFireFromHere(bundle, endpoint, options), 'killswitch fire');
  return { ...run, report: JSON.parse(run.stdout) as Report };
}

export interface FireOptions {
  readonly flags?: readonly string[];
  readonly preload?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly atMostMs?: number;
}

/** The same, whatever its exit code. */
export async function runFireFromHere(
  bundle: Bundle,
  endpoint: string,
  options: FireOptions = {},
): Promise<ChildRun> {
  const { flags = [], preload = [], env = {}, atMostMs = 120_000 } = options;
  const journal = temporaryFolder('killswitch-bench-journal-');
  // The launcher of the package imports the bundle; arguments begin behind it.
  const program = join(bundle.outdir, bundle.file);
  try {
    return await runChild(
      [process.execPath, program, 'fire', '--yes', '--json', '--journal', journal.path, ...flags],
      {
        env: childEnvironment(
          endpoint,
          preload.map((file) => pathToFileURL(file).href),
          env,
        ),
        atMostMs,
      },
    );
  } finally {
    journal.remove();
  }
}
