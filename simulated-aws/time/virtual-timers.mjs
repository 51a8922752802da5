/**
 * Timers of virtual time that behave as Node's own: a delay below 1 ms is 1 ms, clearing costs as little as setting,
 * each callback runs in the async context that set it. Plain JavaScript, since a child loads it before anything else.
 */
import { AsyncResource } from 'node:async_hooks';
import { TimerHeap } from './timer-heap.mjs';

const LONGEST_MS = 2 ** 31 - 1;
const realSetImmediate = setImmediate;

/** What setTimeout returns: Node's Timeout, by its public surface. */
export class VirtualTimeout {
  #timers;
  #referenced = true;

  constructor(timers, run, delay, repeats) {
    this.#timers = timers;
    this.resource = new AsyncResource('Timeout');
    this.run = run;
    this.delay = delay >= 1 && delay <= LONGEST_MS ? Math.trunc(delay) : 1;
    this.repeats = repeats;
    /** Its place in the heap; -1 when it is not pending. */
    this.index = -1;
  }

  ref() {
    this.#reference(true);
    return this;
  }

  unref() {
    this.#reference(false);
    return this;
  }

  hasRef() {
    return this.#referenced;
  }

  refresh() {
    if (this.run) this.#timers.set(this);
    return this;
  }

  close() {
    this.#timers.clear(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    return this.#timers.numberOf(this);
  }

  [Symbol.dispose ?? Symbol.for('dispose')]() {
    this.close();
  }

  #reference(referenced) {
    const changes = referenced !== this.#referenced;
    this.#referenced = referenced;
    if (changes && this.index >= 0) this.#timers.count(referenced ? 1 : -1);
  }
}

/** All pending timers of a process. */
export class VirtualTimers {
  #heap = new TimerHeap();
  #orders = 0;
  #numbers = new Map();
  #lastNumber = 0;
  #now;
  /** How many pending timers keep the process alive. */
  referenced = 0;
  /** Called when the first such timer is pending, and when none is any more. */
  onReferenced = (_some) => {};
  /** Grows with every timer that fires. */
  fired = 0;

  constructor(now) {
    this.#now = now;
  }

  get next() {
    return this.#heap.first?.time;
  }

  get pending() {
    return this.#heap.size;
  }

  /** Changes whenever a timer is set. */
  get orders() {
    return this.#orders;
  }

  add(callback, delay, args, repeats) {
    if (typeof callback !== 'function')
      throw Object.assign(new TypeError('The "callback" argument must be of type function.'), {
        code: 'ERR_INVALID_ARG_TYPE',
      });
    const run = args.length === 0 ? callback : () => callback(...args);
    const timer = new VirtualTimeout(this, run, Number(delay), repeats);
    this.set(timer);
    return timer;
  }

  count(change) {
    const before = this.referenced > 0;
    this.referenced += change;
    if (before !== this.referenced > 0) this.onReferenced(!before);
  }

  /** Sets it again, its whole delay from now. */
  set(timer) {
    this.#remove(timer);
    timer.time = this.#now() + timer.delay;
    timer.order = this.#orders++;
    this.#heap.push(timer);
    if (timer.hasRef()) this.count(1);
  }

  /** Takes what setTimeout or setInterval returned, or its number; ignores anything else, as Node does. */
  clear(reference) {
    const timer = reference instanceof VirtualTimeout ? reference : this.#numbers.get(Number(reference));
    if (timer === undefined) return;
    this.#remove(timer);
    timer.run = undefined;
    this.#numbers.delete(timer.number);
  }

  numberOf(timer) {
    timer.number ??= ++this.#lastNumber;
    if (timer.run) this.#numbers.set(timer.number, timer);
    return timer.number;
  }

  /**
   * Fires all that is due up to now, and what that sets for now. Each timer has a turn of its own, so that promises and
   * ticks run between two timers as they do in Node, and a callback that throws is an uncaught exception.
   */
  fireDue() {
    return new Promise((resolve) => {
      const turn = () => {
        const timer = this.#takeDue();
        if (timer === undefined) return resolve();
        realSetImmediate(turn);
        this.fired += 1;
        timer.resource.runInAsyncScope(timer.run, timer);
      };
      realSetImmediate(turn);
    });
  }

  #takeDue() {
    const { first } = this.#heap;
    if (first === undefined || first.time > this.#now()) return undefined;
    this.#remove(first);
    if (first.repeats) this.set(first);
    else this.#numbers.delete(first.number);
    return first;
  }

  #remove(timer) {
    if (timer.index < 0) return;
    this.#heap.remove(timer);
    if (timer.hasRef()) this.count(-1);
  }
}
