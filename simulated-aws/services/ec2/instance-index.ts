import { INSTANCE_STATES, type InstanceState, type SimulatedInstance } from './instance.ts';

/** The instances of one region in the order of their launch, and how many there are in each state. */
export class InstanceIndex {
  #ordered: SimulatedInstance[] = [];
  #launches = 0;
  readonly #counts = new Map<InstanceState, number>(INSTANCE_STATES.map((state) => [state, 0]));

  nextSequence(): number {
    return ++this.#launches;
  }

  add(instance: SimulatedInstance): void {
    this.#ordered.push(instance);
    this.#count(instance.state, 1);
  }

  move(instance: SimulatedInstance, to: InstanceState): void {
    this.#count(instance.state, -1);
    instance.state = to;
    this.#count(to, 1);
  }

  /** Forgets instances. It takes all at once, since it walks over the whole region. */
  remove(gone: ReadonlySet<SimulatedInstance>): void {
    for (const { state } of gone) this.#count(state, -1);
    this.#ordered = this.#ordered.filter((instance) => !gone.has(instance));
  }

  count(states: Iterable<InstanceState> = INSTANCE_STATES): number {
    let sum = 0;
    for (const state of states) sum += this.#counts.get(state) ?? 0;
    return sum;
  }

  /** Those launched after the one with this sequence, in order. */
  *after(sequence: number): Iterable<SimulatedInstance> {
    const ordered = this.#ordered;
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ordered[middle] as SimulatedInstance).sequence <= sequence) low = middle + 1;
      else high = middle;
    }
    for (let at = low; at < ordered.length; at++) yield ordered[at] as SimulatedInstance;
  }

  #count(state: InstanceState, change: number): void {
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + change);
  }
}
