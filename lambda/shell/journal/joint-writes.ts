/** What came of a write: durable, refused by the store, or the store gave no answer in time. */
export type Written = 'durable' | 'refused' | 'silent';

/** A third write would only compete with these two; one alone would wait for a write that hangs. */
const AT_ONCE = 2;
/** Characters in one object: far below what a reader of the journal takes. */
const MOST_TOGETHER = 4_000_000;

interface Waiting {
  readonly lines: string;
  readonly done: () => void;
}

/**
 * Writes the records of one scope, two objects at once. What comes meanwhile waits, and is then written
 * together in one object: a burst of our own makes larger objects, not a queue of writes that looks like a
 * dead journal.
 */
export class JointWrites {
  private underWay = 0;
  private answers = 0;
  private waiting: Waiting[] = [];

  constructor(
    /** Never rejects. Records that are not durable must be in the log when it resolves. */
    private readonly write: (lines: string) => Promise<Written>,
    /** Logs records that were not tried: while they waited, the journal gave no answer at all. */
    private readonly giveUp: (lines: string) => void,
  ) {}

  /** Resolves when the lines are durable, or in the log. Never rejects. */
  add(lines: string): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ lines, done });
      if (this.underWay < AT_ONCE) void this.writeWaiting();
    });
  }

  private async writeWaiting(): Promise<void> {
    const together = this.take();
    this.underWay += 1;
    const { answers } = this;
    const written = await this.write(together.map(({ lines }) => lines).join(''));
    this.underWay -= 1;
    if (written !== 'silent') this.answers += 1;
    for (const { done } of together) done();
    if (written === 'silent' && this.answers === answers) this.giveUpWaiting();
    if (this.waiting.length > 0) void this.writeWaiting();
  }

  private take(): Waiting[] {
    let size = 0;
    const end = this.waiting.findIndex(({ lines }, at) => {
      size += lines.length;
      return at > 0 && size > MOST_TOGETHER;
    });
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }

  private giveUpWaiting(): void {
    const left = this.waiting.splice(0);
    if (left.length > 0) this.giveUp(left.map(({ lines }) => lines).join(''));
    for (const { done } of left) done();
  }
}
