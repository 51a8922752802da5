import { setTimeout as sleep } from 'node:timers/promises';
import { killGroup, spawnGroup } from '../../simulated-aws/host/child-processes.ts';
import { request } from '../../simulated-aws/host/loopback.ts';
import type { Command } from './moto-installation.ts';

/** An emulator of AWS that others wrote, as a process of its own on loopback. */
export interface EmulatorProcess {
  readonly url: string;
  /** What it logged, without blank lines. */
  log(): readonly string[];
  stop(): Promise<void>;
}

/** Against hanging only: a start takes a second, unless the package is downloaded or others need the machine. */
const STARTS_WITHIN_MS = 300_000;

/**
 * Starts an emulator and waits until it answers.
 * @param probe the path of a page that it answers as soon as it can answer anything.
 * @param ca its certificate, where it speaks TLS.
 * @throws Error with its last line when it ends, or does not answer.
 */
export async function startEmulator(
  command: Command,
  {
    name,
    port,
    env,
    probe,
    ca,
  }: {
    readonly name: string;
    readonly port: number;
    readonly env: NodeJS.ProcessEnv;
    readonly probe: string;
    readonly ca?: Buffer | undefined;
  },
): Promise<EmulatorProcess> {
  const url = `${ca ? 'https' : 'http'}://localhost:${port}`;
  const child = spawnGroup([...command], { stdio: ['ignore', 'pipe', 'pipe'], env });
  const lines = collectLog(child.stdout, child.stderr);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`));
  });
  const failure = await Promise.race([ended, answering(`${url}${probe}`, ca, () => child.exitCode === null)]);
  if (failure) {
    killGroup(child.groupId);
    throw new Error(`${name} did not start: ${failure}; its last line: ${lines.at(-1) ?? '(none)'}`);
  }
  return {
    url,
    log: () => lines,
    stop: async () => {
      killGroup(child.groupId);
      await ended;
    },
  };
}

/** Resolves with nothing once the server answers, and otherwise with what went wrong. */
async function answering(
  page: string,
  ca: Buffer | undefined,
  lives: () => boolean,
): Promise<string | undefined> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < deadline && lives()) {
    const status = await request(page, { method: 'HEAD', ca }).then(
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
