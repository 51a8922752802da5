/** Timers by the time at which they are due, then by the order in which they were set. */
export declare class TimerHeap<Timer extends { readonly time: number; readonly order: number }> {
  /** The next one that is due. */
  readonly first: Timer | undefined;
  readonly size: number;
  push(timer: Timer): void;
  /** Takes one out that is in. */
  remove(timer: Timer): void;
}
