import type { Incident } from './incident.ts';
import { count, cyan, dim, say } from './screen.ts';

const KEEP = 15;

/** Prints how one region after the other goes quiet, as it is told of machines and keys that end. */
export class Watch {
  readonly #running: ReadonlyMap<string, Set<string>>;
  readonly #active: Set<string>;
  readonly #wasQuiet = new Set<string>();

  /** @param bill is added to each line about machines. */
  constructor(
    private readonly incident: Incident,
    private readonly secondsSinceAlarm: () => number,
    private readonly bill: () => string = () => '',
  ) {
    this.#running = new Map([...incident.instances].map(([region, ids]) => [region, new Set(ids)]));
    this.#active = new Set(incident.keyIds);
  }

  /** The intruder has launched more machines. */
  started(region: string, ids: readonly string[]): void {
    for (const id of ids) this.#running.get(region)?.add(id);
  }

  ended(region: string, ids: Iterable<string>): void {
    const left = this.#running.get(region);
    if (!left || left.size === 0) return;
    for (const id of ids) left.delete(id);
    if (left.size > 0) return;
    const quiet = [...this.#running.values()].filter(({ size }) => size === 0).length;
    const isAgain = this.#wasQuiet.has(region);
    this.#wasQuiet.add(region);
    const machines = isAgain ? 'again' : count(this.incident.instances.get(region)?.size ?? 0, 'machine');
    this.tell(
      `${region.padEnd(KEEP)} quiet  ${dim(`${machines}; ${quiet} of ${this.#running.size} regions`.padEnd(32))}${this.bill()}`,
    );
  }

  keyEnded(id: string): void {
    if (!this.#active.delete(id) || this.#active.size > 0) return;
    this.tell(
      `${'IAM'.padEnd(KEEP)} off    ${dim(`the last of the intruder's ${this.incident.keyIds.size} keys`)}`,
    );
  }

  groupEmptied(region: string, name: string): void {
    this.tell(`${region.padEnd(KEEP)} group ${name} scaled to 0`);
  }

  /** Anything else that happens meanwhile. */
  tell(text: string): void {
    say(`${cyan(`+${this.secondsSinceAlarm().toFixed(1)} s`.padStart(8))}  ${text}`.trimEnd());
  }
}
