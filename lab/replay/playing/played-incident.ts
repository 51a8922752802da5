import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { Incident } from '../../incidents/schema.ts';
import { endOf } from '../../incidents/times.ts';
import { Intruder } from '../../intruder/intruder.ts';
import { Mailbox } from './mailbox.ts';
import type { Course } from './measures.ts';
import { monthsOf } from './months.ts';
import { Observer } from './observer.ts';
import { OwnLimit } from './own-limit.ts';
import { Owner } from './owner.ts';
import { Person } from './person.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A machine that was started runs within half a minute. */
const RUNS_MS = 2 * MINUTE_MS;
const SAYS_CLEAN = /account is clean/;
/**
 * Allowances are announced at both ends, and once a month it says that all is well: that warns of nothing. Nor does its
 * answer to a message of Budgets, which mails the owner itself: that answer shows a restore that the owner did not make.
 */
const IS_OWN_WARNING = /^Killswitch \d+: (?!FIRED|an allowance|all is well|alarm received)/;

/** An incident on an account, without the defence: the owner, the intruder, the person who cleans up, the observer. */
export class PlayedIncident {
  readonly owner: Owner;
  readonly intruder: Intruder | undefined;
  readonly observer: Observer;
  readonly mailbox: Mailbox;
  readonly person: Person;
  /** In ms since 1970. */
  readonly endsAt: number;
  readonly remarks: string[] = [];
  /** How the owner puts back what the defence has stopped; by hand, where the defence has no way of its own. */
  putBack: (() => Promise<void>) | undefined;
  readonly limit: OwnLimit;
  #ownerIsIn = true;
  #readsMail = true;
  /** The owner's machines are stopped, and the owner has not put them back. */
  #isStopped = false;

  /** The account must be at the incident's start. Nothing has happened yet; the defence lets time pass. */
  constructor(
    readonly account: SimulatedAccount,
    readonly incident: Incident,
  ) {
    const { timeline } = account;
    this.endsAt = endOf(incident);
    this.limit = new OwnLimit(account, incident);
    this.owner = new Owner(account, incident);
    this.intruder = incident.intruder
      ? new Intruder(account, incident.intruder, () => this.observer.look())
      : undefined;
    this.observer = new Observer(account, this.intruder);
    this.mailbox = new Mailbox(account);
    this.person = new Person(account, incident, this.intruder, this.observer);
    this.owner.onHurt(() => this.#hurt());
    timeline.every(MINUTE_MS, () => this.#look());
  }

  get isUnderAttack(): boolean {
    return this.intruder !== undefined && this.account.timeline.now() >= this.intruder.compromisedAt;
  }

  /** Nobody reads any e-mail: the owner finds out as in the story, and cleans up. */
  discoverAsInTheStory(): void {
    this.#readsMail = false;
    const { discoversAfterHours } = this.incident.owner;
    if (this.intruder === undefined || discoversAfterHours === undefined) return;
    this.account.timeline.at(this.intruder.compromisedAt + discoversAfterHours * HOUR_MS, () => {
      this.observer.mark('noticed');
      this.person.cleanUp();
    });
  }

  /** Calls back once, when Budgets has seen more than the owner's limit. */
  onceBudgetsSeesIt(act: () => void): void {
    const { timeline, budgets } = this.account;
    const cancel = timeline.every(MINUTE_MS, () => {
      if (budgets.spendOf().actualUsd <= this.incident.budgetUsd) return;
      cancel();
      this.observer.mark('budgets-sees-it');
      act();
    });
  }

  /** The course of the incident; for the end of the story. */
  course(defence: string): Course {
    this.#look();
    const { observer, mailbox, incident, remarks, account } = this;
    const own = mailbox.mails.filter(({ subject }) => IS_OWN_WARNING.test(subject));
    const story = { from: incident.startsAt, until: this.endsAt };
    const months = monthsOf(story, account.ledger, observer.marks, own);
    const counted = { warnings: mailbox.mails.length, ownWarnings: own.length, months };
    const measures = observer.measures({ incident: incident.name, defence }, counted);
    return { measures, points: observer.points, marks: observer.marks, remarks };
  }

  #look(): void {
    for (const { subject, at } of this.mailbox.collect()) this.#receive(subject, at);
    const isIn = this.owner.isIn();
    if (this.#ownerIsIn && !isIn) this.#hurt();
    this.#ownerIsIn = isIn;
  }

  /** The owner acts on the first e-mail, whatever sent it. */
  #receive(subject: string, at: number): void {
    if (!this.isUnderAttack) return;
    if (SAYS_CLEAN.test(subject)) this.observer.told(at);
    if (this.observer.marked('mail')) return;
    this.observer.mark('mail', at);
    if (!this.#readsMail) return;
    const { timeline } = this.account;
    timeline.at(at + this.incident.owner.readsMailAfterHours * HOUR_MS, () => {
      this.observer.mark('mail-read');
      this.person.cleanUp();
    });
  }

  /** Changes of a defence within an hour count as one fire, and all changes until the owner puts them back. */
  #hurt(): void {
    const last = this.observer.marks.findLast(
      ({ kind }) => kind === 'false-fire' || kind === 'fire-at-limit',
    );
    const isRecent = last !== undefined && this.account.timeline.now() - last.at <= HOUR_MS;
    if (this.isUnderAttack || isRecent || this.#isStopped) return;
    this.observer.mark(this.limit.isReached() ? 'fire-at-limit' : 'false-fire');
    const { restoresAfterHours } = this.incident.owner;
    if (restoresAfterHours === undefined) return;
    this.#isStopped = true;
    this.account.timeline.after(restoresAfterHours * HOUR_MS, () => this.#putBack());
  }

  #putBack(): void {
    const resume = () =>
      this.account.timeline.after(RUNS_MS, () => {
        this.#isStopped = false;
        this.limit.restored();
        this.owner.keepHours();
      });
    if (!this.putBack) {
      resume();
      return;
    }
    void this.putBack()
      .catch((thrown: unknown) =>
        this.remarks.push(`The owner could not put back what was stopped: ${String(thrown)}`),
      )
      .then(resume);
  }
}
