import { constants } from 'node:os';
import { say } from './console.ts';
import { abandonQuestion } from './question.ts';

type Ending = 'SIGINT' | 'SIGTERM';

/** The part of a command that changes things. */
interface InterruptibleWork {
  /** Said where the process ends at once: what may be done, and which command goes on. */
  readonly whatNow: readonly string[];
  /** Ends it early and gently. Without it a signal ends the process at once. */
  readonly end?: () => void;
  /** Whether anything can have been changed by now; without it: yes. */
  readonly hasBegun?: () => boolean;
}

let work: InterruptibleWork | undefined;
let isUnderWay = false;
let interruptedBy: Ending | undefined;

export const NOTHING_CHANGED = 'interrupted: nothing was changed';

/** As the shell counts: 130 for SIGINT, 143 for SIGTERM. */
export const exitCodeFor = (signal: Ending): number => 128 + constants.signals[signal];

/** The exit code where a signal ended the command early; else undefined. */
export const interruptedExitCode = (): number | undefined => interruptedBy && exitCodeFor(interruptedBy);

/**
 * A signal or a lost output must not leave a fire half done without a word. Call it once.
 * - An output that nobody reads any more (`| head -1`, a closed terminal): Node.js would throw at each write.
 * - SIGHUP, which a closed terminal sends: the command goes on to its end.
 * - SIGINT and SIGTERM: see `interrupt`.
 */
export function surviveSignals(): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {}); // nobody is left to tell
  process.on('SIGHUP', () =>
    say('the terminal is gone: this goes on to its end, and the journal keeps what it does'),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt(signal));
}

/**
 * Ends the process where nothing was changed. Else ends what is under way: no further change begins, and the command says
 * what is done. A second signal ends it at once.
 */
function interrupt(signal: Ending): void {
  const isFirst = interruptedBy === undefined;
  interruptedBy ??= signal;
  abandonQuestion();
  const hasBegun = work !== undefined && (work.hasBegun?.() ?? true);
  if (hasBegun && isFirst && isUnderWay && work?.end) {
    say('interrupted: no further change begins, and what was done follows; once more ends it at once');
    work.end();
    return;
  }
  for (const line of (hasBegun && work?.whatNow) || [NOTHING_CHANGED]) say(line);
  process.exit(exitCodeFor(interruptedBy));
}

/** Does what changes things. From now on no signal says that nothing was changed. */
export async function interruptible<T>(changes: InterruptibleWork, act: () => Promise<T>): Promise<T> {
  work = changes;
  isUnderWay = true;
  try {
    return await act();
  } finally {
    isUnderWay = false;
  }
}
