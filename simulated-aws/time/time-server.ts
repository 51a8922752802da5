import type { ChildProcess } from 'node:child_process';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Participant } from './conductor.ts';
import { Connections } from './connections.ts';
import { untilQuiescent } from './quiescence.mjs';
import { TimedChild } from './timed-child.ts';
import type { Timeline } from './timeline.ts';

/** A place in virtual time for one child process. */
export interface Admission {
  /** For the child's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** For `execArgv`: what puts the child on virtual time. */
  readonly execArgv: readonly string[];
  /** Call it at once after the start of the child. */
  attach(process: ChildProcess): void;
  /** Call it when you kill the child: from then on the time server waits for the child's end. */
  expectEnd(): void;
  /** Resolves when the process has ended, its output is read and nothing of it is left here. */
  readonly ended: Promise<void>;
  /** The most memory that the process is known to have held; complete when the process has ended by itself. */
  readonly peakMemoryMb: number | undefined;
}

const PRELOAD = new URL('virtual-time.mjs', import.meta.url).href;
/** After so many rounds in which no byte moved, somebody does not read what was sent to them. */
const STALLED_ROUNDS = 5_000;

/**
 * Gives child processes the timeline's time. It is quiet when this process and every child are quiescent and no byte is
 * on its way between them and the watched servers. A request that a server holds is no reason to wait.
 */
export class TimeServer implements Participant {
  readonly name = 'the child processes';
  readonly #children = new Map<string, TimedChild>();
  readonly #connections = new Connections();
  readonly #seeds;
  #admitted = 0;
  #rounds = 0;
  /** How often it gave up waiting for bytes that nobody read. */
  stalls = 0;
  #stalledAt: string | undefined;

  private constructor(
    readonly timeline: Timeline,
    readonly server: Server,
    seed: number,
  ) {
    this.#seeds = xoroshiro128plus(seed);
    server.on('connection', (link) => this.#welcome(link));
  }

  /** Listens on a free loopback port; the seed is for the children's Math.random. */
  static async start(timeline: Timeline, seed = 1): Promise<TimeServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new TimeServer(timeline, server, seed);
  }

  /** Counts the bytes of a server in this process that children will talk to, by its URL. */
  watch(url: string): void {
    this.#connections.watch(Number(new URL(url).port));
  }

  /** Makes a place for a child. Virtual time stands still until the child has started and is quiescent. */
  admit(name: string): Admission {
    const token = String(++this.#admitted);
    const child = new TimedChild(name, uniformInt(this.#seeds, 0, 2 ** 31 - 1));
    this.#children.set(token, child);
    return {
      env: { SIMULATED_AWS_TIME: `${(this.server.address() as AddressInfo).port}/${token}` },
      execArgv: ['--import', PRELOAD],
      attach: (process) => child.attach(process),
      expectEnd: () => child.expectEnd(),
      ended: child.ended,
      get peakMemoryMb() {
        return child.peakMemoryMb;
      },
    };
  }

  /** Ends its children too, since they have no time any more. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const child of this.#children.values()) child.disconnect();
    this.#connections.stop();
    await closed;
  }

  get nextWake(): number | undefined {
    const times = [...this.#children.values()].flatMap(({ nextWake }) => nextWake ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  get activity(): number {
    return this.#rounds + this.#connections.activity;
  }

  get waitsFor(): readonly string[] {
    return [...this.#children.values()].map(({ waitsFor }) => waitsFor);
  }

  async quiet(): Promise<void> {
    for (let [rounds, before] = [0, '']; ; rounds++) {
      await untilQuiescent(() => this.#movements());
      const restless = this.#restless();
      const movements = this.#movements();
      if (restless.length === 0 || movements === this.#stalledAt) return;
      if (movements !== before) [rounds, before] = [0, movements];
      if (rounds > STALLED_ROUNDS) {
        this.stalls += 1;
        this.#stalledAt = movements;
        return;
      }
      this.#rounds += 1;
      await restless[0]?.follow(this.timeline.now());
    }
  }

  /** The clocks go first, since an event may send something to a child. */
  async clockTo(time: number): Promise<void> {
    if ((this.timeline.next ?? Number.POSITIVE_INFINITY) <= time) await this.#setClocks(time);
  }

  async advanceTo(time: number): Promise<void> {
    const isDue = (child: TimedChild) => (child.nextWake ?? Number.POSITIVE_INFINITY) <= time;
    const due = [...this.#children.values()].filter(isDue);
    if (due.length > 0 && this.#children.size > 1) await this.#setClocks(time);
    for (const child of due) {
      this.#rounds += 1;
      await child.tell('fire', time);
      if (due.length > 1) await this.quiet(); // what one sends arrives before the next sends anything
    }
  }

  async #setClocks(time: number): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.tell('clock', time)));
  }

  #restless(): TimedChild[] {
    for (const [token, child] of this.#children)
      if (child.isOver(this.#connections)) this.#children.delete(token);
    return [...this.#children.values()].filter((child) => !child.isQuiescent(this.#connections));
  }

  #movements(): string {
    return `${this.#connections.activity} ${this.timeline.next}`;
  }

  #welcome(link: Socket): void {
    let child: TimedChild | undefined;
    let rest = '';
    link.setNoDelay(true).setEncoding('utf8');
    link.on('error', () => {}); // a killed child's link is reset; its close is what counts
    link.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = JSON.parse(line) as { readonly token?: string };
        if (message.token === undefined) child?.hear(message as Parameters<TimedChild['hear']>[0]);
        else {
          child = this.#children.get(message.token);
          child?.connect(link);
        }
      }
    });
  }
}
