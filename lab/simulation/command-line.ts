import { text } from 'node:stream/consumers';
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
  kill(): void;
}

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
  },
): CommandLine {
  const { timeServer, endpoint, credentials, home } = surroundings;
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
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...admission.env,
    },
  });
  admission.attach(child);
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the command line has no pipes');
  const ended = Promise.all([text(stdout), text(stderr), admission.ended]).then(([out, err]): Ending => {
    killGroup(child.groupId);
    return { exitCode: child.exitCode, stdout: out, stderr: err };
  });
  return {
    ended,
    kill: () => {
      admission.expectEnd();
      killGroup(child.groupId);
    },
  };
}
