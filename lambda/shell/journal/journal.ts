import { recordsOf, toLines } from '../../core/journal.ts';
import { type Action, errorFacts, type Gap, type Scope } from '../../core/model.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import { type FoundMark, type Membership, openIncident } from './incident.ts';
import type { Store } from './store.ts';

/** How long a change waits for its record to be durable. After that the record goes to the log, and we act. */
const LIMIT_MS = 2_000;
/** Documents are written when all is done: nothing waits for them. */
const DOCUMENT_LIMIT_MS = 10_000;

/**
 * Writes what undo needs before each change. One object per batch, so scopes never wait for each other; the
 * run's incident is claimed, and its membership written, beside the first batch, not ahead of it; all are durable
 * before the first change.
 */
export class Journal {
  private sequence = 0;
  private opened: Promise<void> | undefined;
  private joining: Promise<void> | undefined;
  private readonly problems: string[] = [];

  constructor(
    private readonly store: Store | undefined,
    private readonly run: string,
    private readonly trigger: string,
    private membership: Membership,
    private readonly previous: FoundMark['mark'],
    private readonly clock: Clock,
    private readonly log: (line: string) => void,
  ) {}

  get incident(): string {
    return this.membership.incident;
  }

  /** When the incident was opened, if another run did that. Milliseconds since 1970. */
  get joinedAt(): number | undefined {
    const { joined, openedAt } = this.membership;
    return joined ? openedAt : undefined;
  }

  /** What could not be journaled, once. */
  get gaps(): Gap[] {
    const first = this.problems[0];
    if (!first) return [];
    return [
      {
        kind: 'journal',
        scope: 'global',
        code: 'JournalUnavailable',
        error: `${first} (the records are in the log)`,
      },
    ];
  }

  /** Resolves when the records are durable, or after 2 s at most, with the records in the log instead. */
  async intend(scope: Scope, actions: readonly Action[]): Promise<void> {
    if (actions.length === 0) return;
    const at = new Date(this.clock.now()).toISOString();
    const lines = toLines(recordsOf(actions, this.incident, this.run, at));
    // Lambda invokes again with the same event, and so with the same run: the time tells the attempts apart.
    const name = `${scope}-${at.replace(/\W/g, '')}-${String(++this.sequence).padStart(5, '0')}`;
    const key = `runs/${this.run}/journal/${name}.jsonl`;
    await this.writeWithin(lines, LIMIT_MS, async (store) => {
      await Promise.all([store.put(key, lines), this.writeMembership(store)]);
    });
  }

  /**
   * Resolves when it is known which incident this run belongs to, or after 2 s at most. One that joined an
   * incident and found nothing to do belongs to it as well: its trigger must be known as dealt with.
   */
  async finish(acted: boolean): Promise<void> {
    if (acted && this.membership.joined && !this.opened)
      await this.writeWithin('', LIMIT_MS, (store) => this.writeMembership(store));
    const { opened } = this;
    if (opened !== undefined) await this.writeWithin('', LIMIT_MS, () => opened.then(() => this.joining));
  }

  /** Puts a document beside the journal; a failure is a gap, since the report is also mailed or printed. */
  async writeDocument(name: string, text: string): Promise<string | undefined> {
    const key = `runs/${this.run}/${name}`;
    const done = await this.writeWithin('', DOCUMENT_LIMIT_MS, (store) =>
      store.put(key, text).then(() => {}),
    );
    return done && this.store
      ? `${this.store.location}${this.store.location.endsWith('/') ? '' : '/'}${key}`
      : undefined;
  }

  /** Once; a failure is not remembered, so that the next batch tries again: without this nothing leads to them. */
  private writeMembership(store: Store): Promise<void> {
    if (!this.opened) {
      const opening = this.open(store);
      this.opened = opening;
      opening.catch(() => {
        this.opened = undefined;
      });
    }
    return this.opened;
  }

  /** Records which incident this run belongs to, under both names when another run opened it first. */
  private async open(store: Store): Promise<void> {
    const own = this.membership;
    const note = (incident: string, mergedInto?: string) =>
      store.put(
        `incidents/${incident}/runs/${this.run}.json`,
        JSON.stringify({
          schemaVersion: 1,
          run: this.run,
          trigger: this.trigger,
          at: new Date(this.clock.now()).toISOString(),
          mergedInto,
        }),
      );
    const claimed = new Promise<void>((resolve) => {
      this.joining = openIncident(store, own, this.previous, this.trigger, resolve)
        .then(async (joined) => {
          if (joined.incident === own.incident) return;
          this.membership = joined;
          await Promise.all([note(joined.incident), note(own.incident, joined.incident)]);
        })
        .catch((thrown: unknown) => this.fallBackToLog(errorFacts(thrown).error, ''))
        .finally(resolve);
    });
    // Claimed before the first change: a run after a crash must find the incident that it goes on with.
    await Promise.all([note(own.incident), claimed]);
  }

  private async writeWithin(
    lines: string,
    limitMs: number,
    write: (store: Store) => Promise<void>,
  ): Promise<boolean> {
    const { store } = this;
    if (!store) {
      if (lines) this.fallBackToLog('there is no journal', lines);
      return false;
    }
    try {
      await within(this.clock, limitMs, `the journal at ${store.location}`, () => write(store));
      return true;
    } catch (thrown) {
      this.fallBackToLog(errorFacts(thrown).error, lines);
      return false;
    }
  }

  private fallBackToLog(error: string, lines: string): void {
    this.problems.push(error);
    if (lines) this.log(lines.trimEnd());
  }
}
