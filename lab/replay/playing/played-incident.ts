import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { Incident } from '../../incidents/schema.ts';
import { Intruder } from '../../intruder/intruder.ts';
import { Mailbox } from './mailbox.ts';
import type { Course } from './measures.ts';
import { Observer } from './observer.ts';
import { Owner } from './owner.ts';
import { Person } from './person.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SAYS_CLEAN = /account is clean/;
/** Allowances are announced at both ends, and once a month it says that all is well: that warns of nothing. */
const IS_OWN_WARNING = /^Killswitch \d+: (?!FIRED|an allowance|all is well)/;

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
  #ownerIsIn = true;
  #readsMail = true;

  /** The account must be at the incident's start. Nothing has happened yet; the defence lets time pass. */
  constructor(
    readonly account: SimulatedAccount,
    readonly incident: Incident,
  ) {
    const { timeline } = account;
    this.endsAt = timeline.now() + incident.lastsDays * DAY_MS;
    this.owner = new Owner(account, incident);
    this.intruder = incident.intruder
      ? new Intruder(account, incident.intruder, () => this.observer.look())
      : undefined;
    this.observer = new Observer(account, this.intruder);
    this.mailbox = new Mailbox(account);
    this.person = new Person(account, incident, this.intruder, this.observer);
    this.owner.onHurt(() => this.#falseFire());
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
    const { observer, mailbox, incident, remarks } = this;
    const ownWarnings = mailbox.mails.filter(({ subject }) => IS_OWN_WARNING.test(subject)).length;
    const mails = { warnings: mailbox.mails.length, ownWarnings };
    const measures = observer.measures({ incident: incident.name, defence }, mails);
    return { measures, points: observer.points, marks: observer.marks, remarks };
  }

  #look(): void {
    for (const { subject, at } of this.mailbox.collect()) this.#receive(subject, at);
    const isIn = this.owner.isIn();
    if (this.#ownerIsIn && !isIn) this.#falseFire();
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

  /** Changes of a defence within an hour count as one false fire. */
  #falseFire(): void {
    const last =
      this.observer.marks.findLast(({ kind }) => kind === 'false-fire')?.at ?? Number.NEGATIVE_INFINITY;
    if (!this.isUnderAttack && this.account.timeline.now() - last > HOUR_MS) this.observer.mark('false-fire');
  }
}
