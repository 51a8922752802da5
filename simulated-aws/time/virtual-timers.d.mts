export declare class VirtualTimeout {
  readonly time: number;
  ref(): this;
  unref(): this;
  hasRef(): boolean;
  refresh(): this;
  close(): this;
}

/** All pending timers of a process, by virtual time. */
export declare class VirtualTimers {
  constructor(now: () => number);
  /** When the next timer is due; undefined when there is none. */
  readonly next: number | undefined;
  readonly pending: number;
  /** How many pending timers keep the process alive. */
  readonly referenced: number;
  /** Called when the first such timer is pending, and when none is any more. */
  onReferenced: (some: boolean) => void;
  /** Grows with every timer that fires. */
  readonly fired: number;
  /** Grows with every timer that is set. */
  readonly orders: number;
  add(
    callback: (...args: never[]) => unknown,
    delay: unknown,
    args: readonly unknown[],
    repeats: boolean,
  ): VirtualTimeout;
  clear(reference: unknown): void;
  /** Fires all that is due up to now, each timer in a turn of its own. */
  fireDue(): Promise<void>;
}
