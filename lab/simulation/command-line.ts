import type { Readable } from 'node:stream';
import { killGroup, spawnGroup } from '../../simulated-aws/host/child-processes.ts';
import type { AccessKeyCredentials } from '../../simulated-aws/services/iam/user.ts';
import type { TimeServer } from '../../simulated-aws/time/time-server.ts';

const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;

/** How the command line ended. */
export interface Ending {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLine {
  readonly ended: Promise<Ending>;
  /** Resolves when stderr carries this text. @throws Error where the process ends without it. */
  says(text: string): Promise<void>;
  /** As a terminal or a supervisor does it; the process goes on or ends by itself. */
  signal(name: NodeJS.Signals): void;
  kill(): void;
}

/** Nobody reads the outputs any more, as in `| head -1`: each write fails with EPIPE. */
export type ClosedOutputs = 'stdout' | 'both';

/** The bundled command line in a process of its own, on the account's time and with the owner's key. */
export function startCommandLine(
  bundled: string,
  args: readonly string[],
  surroundings: {
    readonly timeServer: TimeServer;
    readonly endpoint: string;
    readonly credentials: AccessKeyCredentials;
    /** The home folder; it holds no journal. */
    readonly home: string;
    readonly closed?: ClosedOutputs;
  },
): CommandLine {
  const { timeServer, endpoint, credentials, home, closed } = surroundings;
  const admission = timeServer.admit(`killswitch ${args[0]}`);
  const command = [process.execPath, '--import', GUARD, ...admission.execArgv, bundled, ...args] as const;
  const child = spawnGroup([...command] as [string, ...string[]], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      XDG_STATE_HOME: home,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      ...admission.env,
    },
  });
  admission.attach(child);
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the command line has no pipes');
  const [out, err] = [new Heard(stdout), new Heard(stderr)];
  if (closed) stdout.destroy();
  if (closed === 'both') stderr.destroy();
  const ended = admission.ended.then((): Ending => {
    killGroup(child.groupId);
    return { exitCode: child.exitCode, stdout: out.text, stderr: err.text };
  });
  return {
    ended,
    says: (text) =>
      Promise.race([
        err.until(text),
        ended.then((ending) => {
          if (!ending.stderr.includes(text))
            throw new Error(`it ended without saying "${text}":\n${ending.stderr}`);
        }),
      ]),
    signal: (name) => void child.kill(name),
    kill: () => {
      admission.expectEnd();
      killGroup(child.groupId);
    },
  };
}

/** What came over a pipe until now. */
class Heard {
  text = '';

  constructor(private readonly pipe: Readable) {
    pipe.setEncoding('utf8').on('data', (part: string) => {
      this.text += part;
    });
  }

  until(words: string): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.text.includes(words)) return;
        this.pipe.off('data', look);
        resolve();
      };
      this.pipe.on('data', look);
      look();
    });
  }
}
