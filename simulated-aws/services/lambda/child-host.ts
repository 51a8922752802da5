import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { collectLines, dieWithThisProcess, killGroup } from '../../host/child-processes.ts';
import type { TimeServer } from '../../time/time-server.ts';
import type { FunctionHost, HostedRun, Outcome, SimulatedFunction } from './simulated-function.ts';

const CHILD = fileURLToPath(new URL('./lambda-child.mjs', import.meta.url));
const GUARD = new URL('../../host/loopback-guard.mjs', import.meta.url).href;

export interface ChildHostOptions {
  readonly timeServer: TimeServer;
  /** The simulated account's server, for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  /** The Node.js to run functions on; this one by default. */
  readonly node?: string;
  /** More environment for the function's process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** Runs the unpacked code of functions, unchanged. Each run has a process of its own, on virtual time. */
export class ChildHost implements FunctionHost {
  constructor(readonly options: ChildHostOptions) {}

  run(deployed: SimulatedFunction, invocation: Parameters<FunctionHost['run']>[1]): HostedRun {
    const { timeServer, endpoint, node = process.execPath, env, onLine } = this.options;
    const { requestId, event, environment } = invocation;
    const { name, root, handler, arn, memoryMb, timeoutSeconds } = deployed;
    const admission = timeServer.admit(`${name} ${requestId}`);
    const child = fork(CHILD, [], {
      execPath: node,
      // Lambda leaves V8 nine tenths of the memory.
      execArgv: [
        '--import',
        GUARD,
        ...admission.execArgv,
        `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
      ],
      env: { ...surroundings(endpoint), ...environment, ...env, ...admission.env },
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    admission.attach(child);
    const groupId = dieWithThisProcess(child);
    const log: string[] = [];
    collectLines(child.stdout, log, onLine);
    collectLines(child.stderr, log, onLine);
    let answer: Pick<Outcome, 'payload' | 'error'> | undefined;
    let end = 'Runtime exited without providing a reason';
    child.once('message', (message) => {
      answer = message as Pick<Outcome, 'payload' | 'error'>;
    });
    child.on('error', (error) => {
      end = error.message;
    });
    child.once('exit', (code, signal) => {
      if (signal) end = `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`;
      else if (code !== 0) end = `Runtime exited with error: exit status ${code}`;
    });
    child.send({
      invocation: { requestId, event },
      handler,
      root,
      functionArn: arn,
      timeoutMs: timeoutSeconds * 1000,
    });
    const kill = () => {
      admission.expectEnd();
      killGroup(groupId);
    };
    const ended = admission.ended.then((): Outcome => {
      killGroup(groupId);
      const { peakMemoryMb } = admission;
      const memory = peakMemoryMb === undefined ? {} : { peakMemoryMb };
      const failed = {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${requestId} Error: ${end}`,
      };
      return { ...(answer ?? { error: failed }), log, ...memory };
    });
    return { ended, kill };
  }
}

/** Lambda's words for them in its log. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGTERM: 'terminated',
};

/** Beside what Lambda sets: the address of the simulated account, and no way to the AWS settings of who runs this. */
const surroundings = (endpoint: string): Readonly<Record<string, string>> => ({
  PATH: process.env['PATH'] ?? '',
  AWS_ENDPOINT_URL: endpoint,
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
});
