import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ON_FAST_IDLE_TIME, ON_IDLE_TIME } from '../idle-time/preload.ts';
import { bundledCli } from './bundled-cli.ts';

const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as `./killswitch` runs it: the bundle, as a process of its own, with a state folder of its own. */
export class Cli {
  readonly home = mkdtempSync(join(tmpdir(), 'killswitch-home-'));

  private constructor(
    private readonly bundle: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly idleTime: string,
  ) {}

  /**
   * `env` is all that a process gets beside PATH and HOME; `idleTime` is for one that waits for what a function does,
   * whose time is another.
   */
  static async build(env: NodeJS.ProcessEnv, idleTime = ON_FAST_IDLE_TIME): Promise<Cli> {
    const { outdir, file } = await bundledCli();
    return new Cli(join(outdir, file), env, idleTime);
  }

  /**
   * Runs without a terminal and waits for the end.
   * @param hear gets each piece of stderr as it comes
   * @param cwd the folder that it is called in
   */
  run(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    { hear, cwd = process.cwd() }: { hear?: (text: string) => void; cwd?: string } = {},
  ): Promise<CliResult> {
    return collect(
      spawn(process.execPath, [this.bundle, ...args], {
        cwd,
        env: this.#environment(this.idleTime, env),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
      hear,
    );
  }

  /** Runs on a pseudo-terminal, where a person types one answer to each question; all output is in `stdout`. */
  onTerminal(args: readonly string[], answers: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const script = fileURLToPath(new URL('on_terminal.py', import.meta.url));
    const command = [script, ...answers, '--', process.execPath, this.bundle, ...args];
    return collect(
      spawn('python3', command, {
        env: this.#environment(ON_IDLE_TIME, env),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  #environment(idleTime: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: this.home,
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_COLOR: '1',
      // Any connection but to loopback throws, and nobody who answers is too late.
      NODE_OPTIONS: `--import=${GUARD} ${idleTime}`,
      ...this.env,
      ...env,
    };
  }
}

/** Waits for the end of a process. */
export function collect(child: ChildProcess, hear?: (text: string) => void): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    hear?.(text);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The environment that signs with a key; `test` is nobody's key in moto. */
export const signedWith = (
  key: { readonly accessKeyId: string; readonly secretAccessKey: string },
  endpoint: string,
): NodeJS.ProcessEnv => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: key.accessKeyId,
  AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
});
