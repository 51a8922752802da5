import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { collectLines } from '../../../simulated-aws/host/child-processes.ts';
import { readBody, serveOnLoopback } from '../../../simulated-aws/host/loopback.ts';
import { Conductor } from '../../../simulated-aws/time/conductor.ts';
import { TimeServer } from '../../../simulated-aws/time/time-server.ts';
import { Timeline } from '../../../simulated-aws/time/timeline.ts';

export const START = Date.UTC(2026, 0, 31);

/** A child on virtual time, and what it printed: one JSON value a line. */
export interface Run {
  readonly process: ChildProcess;
  readonly lines: string[];
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(): void;
}

export interface Arrival {
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
}

/** A conductor, a time server, and an HTTP server that answers after the virtual milliseconds that the path names. */
export class TimeSetup {
  readonly arrivals: Arrival[] = [];
  readonly conductor: Conductor;
  readonly #runs: Run[] = [];

  private constructor(
    readonly timeline: Timeline,
    readonly timeServer: TimeServer,
    readonly url: string,
    readonly close: () => Promise<void>,
  ) {
    this.conductor = new Conductor(timeline);
    this.conductor.join(timeServer);
    timeServer.watch(url);
  }

  static async start(): Promise<TimeSetup> {
    const parts: { setup?: TimeSetup } = {};
    const server: Server = createServer({ requestTimeout: 0, headersTimeout: 0 }, (incoming, outgoing) => {
      parts.setup?.answer(incoming, outgoing).catch((thrown: unknown) => outgoing.destroy(thrown as Error));
    });
    const { url, close } = await serveOnLoopback(server);
    server.keepAliveTimeout = 0;
    const timeline = new Timeline(START);
    parts.setup = new TimeSetup(timeline, await TimeServer.start(timeline), url, close);
    return parts.setup;
  }

  /** Starts a fixture in a process of its own; `execArgv` comes before what puts it on virtual time. */
  run(fixture: string, env: Readonly<Record<string, string>> = {}, execArgv: readonly string[] = []): Run {
    const admission = this.timeServer.admit(fixture);
    const child = spawn(
      process.execPath,
      [...execArgv, ...admission.execArgv, fileURLToPath(fixtureUrl(fixture))],
      {
        env: { ...process.env, SERVER_URL: this.url, ...env, ...admission.env },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    admission.attach(child);
    const lines: string[] = [];
    collectLines(child.stdout, lines);
    const ended = new Promise<number | NodeJS.Signals>((resolve) => {
      child.once('close', (code, signal) => resolve(signal ?? code ?? -1));
    });
    const kill = () => {
      admission.expectEnd();
      child.kill('SIGKILL');
    };
    const run = { process: child, lines, ended, kill };
    this.#runs.push(run);
    return run;
  }

  /** Runs a fixture to its end and returns what it printed. */
  async outputOf(...run: Parameters<TimeSetup['run']>): Promise<unknown[]> {
    const { ended, lines } = this.run(...run);
    const [fixture] = run;
    const code = await this.conductor.runUntil(ended);
    if (code !== 0) throw new Error(`${fixture} ended with ${code}: ${lines.join('\n')}`);
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  async stop(): Promise<void> {
    for (const run of this.#runs) run.kill();
    await this.timeServer.stop();
    await this.close();
  }

  /** `/after/500`, `/after/500/size/1000000`, `/reset/500`, `/hang`. */
  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { url: path = '/' } = incoming;
    const body = await readBody(incoming);
    this.arrivals.push({ path, at: this.timeline.now() - START, bytes: body.length });
    const [, what, delay, , size] = new URL(path, this.url).pathname.split('/');
    if (what === 'hang') return;
    this.timeline.after(Number(delay), () => {
      if (what === 'reset') outgoing.socket?.resetAndDestroy();
      else if (size) outgoing.end(Buffer.alloc(Number(size)));
      else outgoing.end(JSON.stringify({ path, at: this.timeline.now() - START }));
    });
  }
}

/** Of a fixture, by its name. */
export const fixtureUrl = (name: string): string => new URL(`fixtures/${name}.mjs`, import.meta.url).href;
