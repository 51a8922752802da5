import { killGroup, spawnGroup } from '../../simulated-aws/host/child-processes.ts';

const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;

/**
 * The environment of a measured process: no profile, key, config or proxy of whoever runs this, and, for Node, no
 * way off this machine.
 */
export function childEnvironment(
  endpoint: string,
  preload: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    NO_PROXY: 'localhost,127.0.0.1',
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    NODE_OPTIONS: [GUARD, ...preload].map((module) => `--import=${module}`).join(' '),
    ...more,
  };
}

/** How a measured process ended. Times are `performance.now()` of this process. */
export interface ChildRun {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end, or kills it, and all that it started, after `atMostMs`.
 * @throws Error when it cannot be started or does not end in time.
 */
export async function runChild(
  command: readonly [string, ...string[]],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string; readonly atMostMs: number },
): Promise<ChildRun> {
  const startedAt = performance.now();
  const { env, cwd, atMostMs } = options;
  const child = spawnGroup(command, { env, stdio: ['ignore', 'pipe', 'pipe'], ...(cwd ? { cwd } : {}) });
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8');
    child[stream]?.on('data', (text: string) => {
      texts[stream] += text;
    });
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(child.groupId);
  }, atMostMs);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    clearTimeout(timer);
    killGroup(child.groupId);
  });
  if (isLate) throw new Error(`${command.join(' ')} did not end within ${atMostMs / 1000} s`);
  return { startedAt, endedAt: performance.now(), exitCode, ...texts };
}

/** @throws Error with the end of what it printed, unless it ended with exit code 0. */
export function expectSuccess(run: ChildRun, name: string): ChildRun {
  if (run.exitCode === 0) return run;
  const words = (run.stderr || run.stdout).trim().split('\n').slice(-8).join('\n');
  throw new Error(`${name} ended with exit code ${run.exitCode}:\n${words}`);
}
