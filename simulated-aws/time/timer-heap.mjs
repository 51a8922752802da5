/** Timers by the time at which they are due, then by the order in which they were set. Each knows its place. */
export class TimerHeap {
  #heap = [];

  get first() {
    return this.#heap[0];
  }

  get size() {
    return this.#heap.length;
  }

  push(timer) {
    this.#put(timer, this.#heap.length);
    this.#rise(timer);
  }

  remove(timer) {
    const last = this.#heap.pop();
    if (last !== timer) {
      this.#put(last, timer.index);
      this.#rise(last);
      this.#sink(last);
    }
    timer.index = -1;
  }

  #rise(timer) {
    while (timer.index > 0) {
      const above = this.#heap[(timer.index - 1) >> 1];
      if (!isEarlier(timer, above)) return;
      this.#swap(timer, above);
    }
  }

  #sink(timer) {
    for (;;) {
      const left = this.#heap[2 * timer.index + 1];
      const right = this.#heap[2 * timer.index + 2];
      const first = right && isEarlier(right, left) ? right : left;
      if (first === undefined || !isEarlier(first, timer)) return;
      this.#swap(first, timer);
    }
  }

  #swap(one, other) {
    const index = one.index;
    this.#put(one, other.index);
    this.#put(other, index);
  }

  #put(timer, index) {
    this.#heap[index] = timer;
    timer.index = index;
  }
}

const isEarlier = (one, other) =>
  one.time < other.time || (one.time === other.time && one.order < other.order);
