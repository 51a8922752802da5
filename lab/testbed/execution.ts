import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { collectLines, dieWithThisProcess, killGroup } from '../../simulated-aws/host/child-processes.ts';
import type { FunctionError, Outcome } from '../../simulated-aws/services/lambda/simulated-function.ts';
import type { DeployedFunction } from './deployed-function.ts';

const CHILD = fileURLToPath(new URL('../../simulated-aws/services/lambda/lambda-child.mjs', import.meta.url));
const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;

/** One run of a function's code, in real time. */
export interface Attempt extends Outcome {
  readonly startedAt: Date;
  readonly endedAt: Date;
}

/** A running attempt; `kill` ends it as if its machine had failed. */
export interface Execution {
  readonly ended: Promise<Attempt>;
  kill(): void;
}

/** Runs a function's code once in a process of its own, which ends with it or at the function's timeout. */
export function execute(
  { configuration, root }: DeployedFunction,
  invocation: { readonly requestId: string; readonly event: unknown },
  options: {
    readonly env: NodeJS.ProcessEnv;
    /** The Node.js to run it on. */
    readonly node: string;
    readonly onLine?: (line: string) => void;
  },
): Execution {
  const { Timeout = 3, MemorySize = 128, Handler = '', FunctionArn } = configuration;
  const startedAt = new Date();
  const log: string[] = [];
  const child = fork(CHILD, [], {
    execPath: options.node,
    // Lambda leaves V8 nine tenths of the memory.
    execArgv: ['--import', GUARD, `--max-old-space-size=${Math.floor(MemorySize * 0.9)}`],
    env: options.env,
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const groupId = dieWithThisProcess(child);
  collectLines(child.stdout, log, options.onLine);
  collectLines(child.stderr, log, options.onLine);
  const ended = new Promise<Attempt>((resolve) => {
    let answer: { payload?: unknown; error?: FunctionError } | undefined;
    const end = (error?: FunctionError) => {
      clearTimeout(timer);
      killGroup(groupId);
      const result = answer ?? (error ? { error } : {});
      resolve({ startedAt, endedAt: new Date(), ...result, log });
    };
    const timer = setTimeout(() => {
      answer = {
        error: { errorType: 'Sandbox.Timedout', errorMessage: `Task timed out after ${Timeout}.00 seconds` },
      };
      killGroup(groupId);
    }, Timeout * 1000);
    child.once('message', (message) => {
      answer = message as { payload?: unknown; error?: FunctionError };
    });
    // More than one error may come: a child that could not start cannot be sent to either.
    child.on('error', (error) => end({ errorType: 'Runtime.Unstarted', errorMessage: error.message }));
    child.once('close', (code, signal) =>
      end({
        errorType: 'Runtime.ExitError',
        errorMessage: `Runtime exited with ${signal ?? `code ${code}`}`,
      }),
    );
  });
  child.send({ invocation, handler: Handler, root, functionArn: FunctionArn, timeoutMs: Timeout * 1000 });
  return { ended, kill: () => killGroup(groupId) };
}
