import type { Timeline } from './timeline.ts';

/** Somebody who works at moments of virtual time: child processes, this process, a scripted actor. */
export interface Participant {
  /** For messages: who it is. */
  readonly name?: string;
  /** Resolves when it has nothing left to do at this moment of virtual time. */
  quiet(): Promise<void>;
  /** Virtual milliseconds since 1970 of its next timer; undefined when it has none. */
  readonly nextWake: number | undefined;
  /** Sets its own clock, where it has one, before anything happens at that time. It does nothing else yet. */
  clockTo?(time: number): void | Promise<void>;
  /** Lets it do what is due at that time, after the timeline's events. */
  advanceTo(time: number): void | Promise<void>;
  /** Grows whenever it does anything. Then the conductor asks everybody again, also those who were quiet before. */
  readonly activity?: number;
  /** For messages: what it waits for. */
  readonly waitsFor?: readonly string[];
}

const YEAR_MS = 366 * 24 * 3_600_000;
/** After so many rounds in which somebody always worked again, nobody will ever be quiet. */
const MOST_ROUNDS = 1_000;

/**
 * Moves virtual time on: it waits until everybody is quiet, then it jumps to what is next. Within one moment the
 * timeline's events come first, then the participants in the order in which they joined.
 */
export class Conductor {
  readonly #participants: Participant[] = [];
  #running = false;

  constructor(readonly timeline: Timeline) {}

  /** Adds a participant; returns the function that removes it. */
  join(participant: Participant): () => void {
    this.#participants.push(participant);
    return () => {
      const at = this.#participants.indexOf(participant);
      if (at >= 0) this.#participants.splice(at, 1);
    };
  }

  /** Lets everything happen up to `time`, in virtual milliseconds since 1970; then it is `time`. */
  async runTo(time: number): Promise<void> {
    await this.#alone(async () => {
      while (await this.#step(time));
      await this.#moveTo(Math.max(time, this.timeline.now()));
      await this.#allQuiet();
    });
  }

  /**
   * Lets time pass until `done` resolves or rejects, and returns what it returns.
   * @throws what `done` rejects with; Error when nothing is left to happen, or it would take until after `atMost`,
   * virtual milliseconds since 1970 (a year from now).
   */
  async runUntil<T>(done: Promise<T>, atMost = this.timeline.now() + YEAR_MS): Promise<T> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    done.then(end, end);
    await this.#alone(async () => {
      while (await this.#step(atMost, () => isOver));
      if (!isOver) throw new Error(this.#stalled(atMost));
    });
    return done;
  }

  /** Jumps to what is next and lets it happen. False when that is after `limit`, never, or no longer wanted. */
  async #step(limit: number, isEnough = () => false): Promise<boolean> {
    await this.#allQuiet();
    if (isEnough()) return false;
    const next = this.#next();
    if (next === undefined || next > limit) return false;
    await this.#moveTo(Math.max(next, this.timeline.now()));
    return true;
  }

  async #moveTo(time: number): Promise<void> {
    for (const participant of [...this.#participants]) await participant.clockTo?.(time);
    const happens = (this.timeline.next ?? Number.POSITIVE_INFINITY) <= time;
    this.timeline.advanceTo(time);
    if (happens) await this.#allQuiet();
    for (const participant of [...this.#participants]) await participant.advanceTo(time);
  }

  #next(): number | undefined {
    const times = [this.timeline.next, ...this.#participants.map(({ nextWake }) => nextWake)];
    const known = times.filter((time) => time !== undefined);
    if (known.some(Number.isNaN)) throw new Error(`something is set for no time at all at ${this.#moment()}`);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  async #allQuiet(): Promise<void> {
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      const before = this.#activity();
      for (const participant of [...this.#participants]) await participant.quiet();
      if (before === this.#activity()) return;
    }
    throw new Error(`somebody always works again at ${this.#moment()}: ${this.#whoWaits()}`);
  }

  /** Changes when somebody has worked, joined or left, or a thing was set to happen. */
  #activity(): string {
    return `${this.timeline.next} ${this.#participants.map(({ activity = 0 }) => activity).join(' ')}`;
  }

  async #alone(work: () => Promise<void>): Promise<void> {
    if (this.#running) throw new Error('time is already being moved on');
    this.#running = true;
    try {
      await work();
    } finally {
      this.#running = false;
    }
  }

  #stalled(atMost: number): string {
    const next = this.#next();
    const why =
      next === undefined
        ? 'nothing is left to happen'
        : `what is next happens at ${new Date(next).toISOString()}, and the wait ends at ${new Date(atMost).toISOString()}`;
    return `it never came at ${this.#moment()}: ${why}; ${this.#whoWaits()}`;
  }

  #moment(): string {
    return new Date(this.timeline.now()).toISOString();
  }

  #whoWaits(): string {
    if (this.#participants.length === 0) return 'nobody takes part';
    return this.#participants
      .map(({ name = 'somebody', waitsFor = [] }) => `${name} waits for ${waitsFor.join(', ') || 'nothing'}`)
      .join('; ');
  }
}
