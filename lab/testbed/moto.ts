import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { killGroup, spawnGroup } from '../../simulated-aws/host/child-processes.ts';
import { freePort, request } from '../../simulated-aws/host/loopback.ts';
import { type Command, findMoto } from './moto-installation.ts';

/** A running moto server: an emulator of AWS on loopback, written by others. */
export interface Moto {
  readonly port: number;
  readonly url: string;
  /** The interpreter that has boto3. */
  readonly python: Command;
  /** What moto logged, without its line for each request. */
  log(): readonly string[];
  /** Forgets everything in every account. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const SERVER = fileURLToPath(new URL('serve_moto.py', import.meta.url));
/** Against hanging only: a start takes a second, unless the package is downloaded or others need the machine. */
const STARTS_WITHIN_MS = 300_000;

/**
 * Starts moto on a free port and waits until it answers.
 * @throws Error when moto is not installed and cannot be, or does not answer.
 */
export async function startMoto(options: { env?: Readonly<Record<string, string>> } = {}): Promise<Moto> {
  const { python } = findMoto();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = spawnGroup([...python, SERVER, '-p', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: '1',
      // Without it AWSDenyAll does not exist.
      MOTO_IAM_LOAD_MANAGED_POLICIES: 'true',
      // Hundreds of images for each region, that nothing here asks for, cost 0.1 s a region.
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
      // moto delivers SNS messages with a client that honours http_proxy.
      NO_PROXY: 'localhost,127.0.0.1',
      ...options.env,
    },
  });
  const lines = collectLog(child.stdout, child.stderr);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  const failure = await Promise.race([ended, answering(url, () => child.exitCode === null)]);
  if (failure) {
    killGroup(child.groupId);
    throw new Error(`moto did not start: ${failure}; its last line: ${lines.at(-1) ?? '(none)'}`);
  }
  return {
    port,
    url,
    python,
    log: () => lines,
    reset: async () => {
      const { status } = await request(`${url}/moto-api/reset`, { method: 'POST' });
      if (status !== 200) throw new Error(`moto refused to reset: HTTP ${status}`);
    },
    stop: async () => {
      killGroup(child.groupId);
      await ended;
    },
  };
}

/** Resolves with nothing once the server answers, and otherwise with what went wrong. */
async function answering(url: string, lives: () => boolean): Promise<string | undefined> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < deadline && lives()) {
    const status = await request(`${url}/moto-api/data.json`, { method: 'HEAD' }).then(
      (answer) => answer.status,
      () => 500, // not listening yet
    );
    if (status < 500) return undefined;
    await sleep(25);
  }
  return `it did not answer within ${STARTS_WITHIN_MS / 1000} s`;
}

function collectLog(...streams: (NodeJS.ReadableStream | null)[]): readonly string[] {
  const lines: string[] = [];
  for (const stream of streams) {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts.filter((line) => line.trim()));
    });
  }
  return lines;
}
