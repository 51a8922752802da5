import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { Connections, ReportedBytes } from './connections.ts';

/** What a child says when it is quiescent. */
interface Report {
  /** Virtual ms of its next timer. */
  readonly next?: number;
  readonly pending: number;
  /** Messages over the channel to this process: those it got, and those it sent. */
  readonly received: number;
  readonly sent: number;
  readonly bytes: readonly ReportedBytes[];
  readonly closed: readonly (readonly [own: number, server: number])[];
}

/** A child process on virtual time, from before its start until after its end. */
export class TimedChild {
  #link: Socket | undefined;
  #process: ChildProcess | undefined;
  #isWelcome = false;
  #isEnding = false;
  #hasExited = false;
  #isGone = false;
  #peakKb: number | undefined;
  #report: Report | undefined;
  readonly #bytes = new Map<string, ReportedBytes>();
  readonly #closing = new Map<string, readonly [number, number]>();
  readonly #messages = { sent: 0, received: 0 };
  #answered: (answer: unknown) => void = () => {};
  readonly #started: Promise<void>;
  #start: () => void = () => {};
  readonly #gone: Promise<void>;
  #leave: () => void = () => {};

  /** The seed is for its Math.random. */
  constructor(
    readonly name: string,
    readonly seed: number,
  ) {
    this.#started = new Promise((resolve) => {
      this.#start = resolve;
    });
    this.#gone = new Promise((resolve) => {
      this.#leave = () => {
        this.#isGone = true;
        resolve();
      };
    });
  }

  /** Its process has ended, its output is read and its link is closed. */
  get ended(): Promise<void> {
    return this.#gone;
  }

  /** The most memory that its process is known to have held. */
  get peakMemoryMb(): number | undefined {
    return this.#peakKb === undefined ? undefined : this.#peakKb / 1024;
  }

  /** Whether it, and its last bytes, are gone. */
  isOver(connections: Connections): boolean {
    return this.#isGone && this.#watched(connections).every(([own, port]) => !connections.isOpen(own, port));
  }

  get nextWake(): number | undefined {
    return this.#isEnding ? undefined : this.#report?.next;
  }

  get isConnected(): boolean {
    return this.#isWelcome && this.#link !== undefined && !this.#isEnding;
  }

  get waitsFor(): string {
    const { pending = 0 } = this.#report ?? {};
    if (this.#isEnding) return `the end of ${this.name}`;
    return this.isConnected ? `${this.name}: ${pending} timers` : `the start of ${this.name}`;
  }

  /** Names the process, whose messages count from now on, and whose end includes that its output was read. */
  attach(process: ChildProcess): void {
    this.#process = process;
    const { send } = process;
    const counted = (...args: Parameters<typeof send>) => {
      this.#messages.sent += 1;
      return send.apply(process, args);
    };
    process.send = counted as typeof send;
    process.prependListener('message', () => {
      this.#messages.received += 1;
    });
    process.once('exit', () => this.expectEnd());
    process.once('close', () => this.#lose());
    process.once('error', () => this.#lose());
  }

  /** From now on only its end counts: it was killed, or told to end. */
  expectEnd(): void {
    this.#isEnding = true;
    this.#start();
    this.#answered(undefined);
  }

  connect(link: Socket): void {
    this.#link = link;
    link.once('close', () => {
      this.#link = undefined;
      this.expectEnd();
      if (this.#process === undefined || this.#hasExited) this.#leave();
    });
    this.#start();
  }

  /** Takes its time away, so that it ends. */
  disconnect(): void {
    this.#link?.destroy();
  }

  hear(message: { readonly peakKb?: number } | Report): void {
    if ('pending' in message) this.#take(message);
    else if (message.peakKb !== undefined) {
      this.#peakKb = message.peakKb; // nobody asked for it, so nobody waits for it
      return;
    }
    this.#answered(message);
  }

  /** It has said that it is quiescent, and nothing is on its way to it or from it. */
  isQuiescent(connections: Connections): boolean {
    if (this.#isEnding || this.#report === undefined) return false;
    const { received, sent } = this.#report;
    if (this.#process && (received !== this.#messages.sent || sent !== this.#messages.received)) return false;
    for (const [key, [own, port]] of this.#closing)
      if (!connections.isWatched(port) || connections.hasClosed(own, port)) this.#closing.delete(key);
    return this.#closing.size === 0 && this.#watched(connections).every((bytes) => connections.agree(bytes));
  }

  /** Waits for what it does next: it starts, becomes quiescent, or ends. */
  async follow(now: number): Promise<void> {
    if (this.#isEnding) await this.#gone;
    else if (this.#link === undefined) await this.#started;
    else {
      // It stands still until it knows the time, so that of several children one starts after the other.
      if (!this.#isWelcome) this.#link.write(`${JSON.stringify({ now, seed: this.seed })}\n`);
      this.#isWelcome = true;
      await this.tell('rest', now);
    }
  }

  /** Sends it an order and waits for its answer, or for its end. */
  async tell(what: 'clock' | 'rest' | 'fire', to: number): Promise<void> {
    if (!this.isConnected) return;
    const answer = new Promise<unknown>((resolve) => {
      this.#answered = resolve;
    });
    this.#link?.write(`{"what":"${what}","to":${to}}\n`);
    await answer;
  }

  #lose(): void {
    this.#hasExited = true;
    this.expectEnd();
    if (this.#link === undefined) this.#leave();
  }

  #take(report: Report): void {
    this.#report = report;
    for (const closed of report.closed) {
      this.#bytes.delete(closed.join('>'));
      this.#closing.set(closed.join('>'), closed);
    }
    for (const bytes of report.bytes) {
      const key = `${bytes[0]}>${bytes[1]}`;
      this.#bytes.set(key, bytes);
      this.#closing.delete(key); // the port is in use again
    }
  }

  #watched(connections: Connections): ReportedBytes[] {
    return [...this.#bytes.values()].filter(([, port]) => connections.isWatched(port));
  }
}
