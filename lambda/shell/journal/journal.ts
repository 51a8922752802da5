import { journalKeys, recordsOf, toLines } from '../../core/journal.ts';
import { type Action, errorFacts, type Gap, type Scope } from '../../core/model.ts';
import type { Clock } from '../clock.ts';
import { within } from '../time-limit.ts';
import { type FoundMark, type Membership, openIncident } from './incident.ts';
import { JointWrites, type Written } from './joint-writes.ts';
import type { Store } from './store.ts';

/** A change waits this long for its durable record. After that, the record goes to the log instead. */
const LIMIT_MS = 2_000;
/** Documents are written after all changes, so nothing waits for them. */
const DOCUMENT_LIMIT_MS = 10_000;

/**
 * Writes what undo needs, before each change. Each scope has objects of its own, so scopes never wait for
 * each other. Together with the first object, it claims the run's incident and writes the run's membership;
 * all three are durable before the first change.
 */
export class Journal {
  private sequence = 0;
  private opened: Promise<void> | undefined;
  private joining: Promise<void> | undefined;
  private readonly problems: string[] = [];
  private readonly writes = new Map<Scope, JointWrites>();

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

  /** When another run opened the incident, in ms since 1970; undefined if this run opened it. */
  get joinedAt(): number | undefined {
    const { joined, openedAt } = this.membership;
    return joined ? openedAt : undefined;
  }

  /** One gap if something could not be journaled. */
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

  /** Resolves when the records are durable. If there is no answer in 2 s, they go to the log instead. */
  async intend(scope: Scope, actions: readonly Action[]): Promise<void> {
    if (actions.length === 0) return;
    const at = new Date(this.clock.now()).toISOString();
    await this.writesIn(scope).add(toLines(recordsOf(actions, this.incident, this.run, at)));
  }

  private writesIn(scope: Scope): JointWrites {
    const known = this.writes.get(scope);
    if (known) return known;
    const made = new JointWrites(
      (lines) => this.writeRecords(scope, lines),
      (lines) => this.log(lines.trimEnd()),
    );
    this.writes.set(scope, made);
    return made;
  }

  private writeRecords(scope: Scope, lines: string): Promise<Written> {
    const at = new Date(this.clock.now()).toISOString();
    // After an error, Lambda invokes again with the same event and run id: the time makes the key unique.
    const name = `${scope}-${at.replace(/\W/g, '')}-${String(++this.sequence).padStart(5, '0')}`;
    const key = `${journalKeys.records(this.run)}${name}.jsonl`;
    return this.writeWithin(lines, LIMIT_MS, async (store) => {
      await Promise.all([store.put(key, lines), this.writeMembership(store)]);
    });
  }

  /**
   * Resolves when the incident of this run is certain, after 2 s at most. A run that joined an incident and
   * found nothing to do also writes its membership: a restore marks its trigger as dealt with.
   */
  async finish(acted: boolean): Promise<void> {
    if (acted && this.membership.joined && !this.opened)
      await this.writeWithin('', LIMIT_MS, (store) => this.writeMembership(store));
    const { opened } = this;
    if (opened !== undefined) await this.writeWithin('', LIMIT_MS, () => opened.then(() => this.joining));
  }

  /**
   * Writes a document beside the journal. A failure is only a gap, since the report is also mailed or
   * printed.
   * @returns where it is; undefined if it could not be written.
   */
  async writeDocument(name: string, text: string): Promise<string | undefined> {
    const key = `runs/${this.run}/${name}`;
    const done = await this.writeWithin('', DOCUMENT_LIMIT_MS, (store) =>
      store.put(key, text).then(() => {}),
    );
    return done === 'durable' && this.store
      ? `${this.store.location}${this.store.location.endsWith('/') ? '' : '/'}${key}`
      : undefined;
  }

  /** Once; after a failure, the next batch tries again: only the membership leads to the records. */
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

  /** Writes which incident this run belongs to; under both ids when another run opened it first. */
  private async open(store: Store): Promise<void> {
    const own = this.membership;
    const note = (incident: string, mergedInto?: string) =>
      store.put(
        `${journalKeys.runs(incident)}${this.run}.json`,
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
    // Claimed before the first change: after a crash, the next run must find this incident.
    await Promise.all([note(own.incident), claimed]);
  }

  private async writeWithin(
    lines: string,
    limitMs: number,
    write: (store: Store) => Promise<void>,
  ): Promise<Written> {
    const { store } = this;
    if (!store) {
      if (lines) this.fallBackToLog('there is no journal', lines);
      return 'refused';
    }
    try {
      await within(this.clock, limitMs, `the journal at ${store.location}`, () => write(store));
      return 'durable';
    } catch (thrown) {
      const { code, error } = errorFacts(thrown);
      this.fallBackToLog(error, lines);
      return code === 'TimeoutError' ? 'silent' : 'refused';
    }
  }

  private fallBackToLog(error: string, lines: string): void {
    this.problems.push(error);
    if (lines) this.log(lines.trimEnd());
  }
}
