import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { AccessKeyCredentials } from '../../../simulated-aws/services/iam/user.ts';
import type { OwnersMachines } from '../../incidents/owner-fields.ts';
import type { Incident } from '../../incidents/schema.ts';
import { lifetimeOf, workingHours } from '../../incidents/times.ts';

/** The owner's keys are old: a key of the last day is not spared by its user's name. */
const KEYS_AGE_MS = 90 * 24 * 3_600_000;

/** The name under which the ledger files what the owner runs. */
export const OWNER = 'owner';

type Owned = Pick<SimulatedAccount, 'timeline' | 'iam' | 'ec2'>;

/** Machines of one line of the file, and whether the owner wants them to run at a moment. */
interface Fleet {
  readonly ids: readonly string[];
  readonly isWantedAt: (time: number) => boolean;
}

const MINUTE_MS = 60_000;

/**
 * The account's owner at work: users with a key each, and machines, on and off as the incident's file says. The owner
 * starts a machine again only at its hours.
 */
export class Owner {
  /** Of the first user, as whom the owner works. */
  readonly credentials: AccessKeyCredentials;
  readonly #account: Owned;
  readonly #keys: readonly string[];
  readonly #fleets: Fleet[] = [];
  readonly #machines = new Set<string>();
  /** Machines that the owner is stopping now. */
  readonly #ownStops = new Set<string>();

  constructor(account: Owned, incident: Incident) {
    const { owner, intruder } = incident;
    this.#account = account;
    const { timeline, iam } = account;
    const employ = (name: string) => {
      iam.createUser(name, 'root');
      iam.attachUserPolicy(name, 'arn:aws:iam::aws:policy/AdministratorAccess');
      return iam.createAccessKey(name, timeline.now() - KEYS_AGE_MS);
    };
    const keys = owner.users.map(employ);
    this.credentials = keys[0] as AccessKeyCredentials;
    this.#keys = keys.map(({ accessKeyId }) => accessKeyId);
    if (intruder?.got === 'leaked-key') employ(intruder.user);
    for (const machines of owner.machines)
      timeline.at(lifetimeOf(machines, incident).from, () => this.#use(machines, incident));
  }

  /** Whether the keys of the owner's users work. */
  isIn(): boolean {
    const { iam } = this.#account;
    return this.#keys.every((id) => {
      const principal = iam.principalOf(id);
      return principal !== undefined && iam.permits(principal);
    });
  }

  /** Calls back when a machine of the owner's ends and the owner did not end it. */
  onHurt(hurt: () => void): void {
    this.#account.ec2.onState((instances, state) => {
      if (state !== 'stopping' && state !== 'shutting-down') return;
      if (instances.some(({ id }) => this.#machines.has(id) && !this.#ownStops.has(id))) hurt();
    });
  }

  /** Starts what should run now and does not, and stops what should not: a restore starts whatever ran before. */
  keepHours(): void {
    const { ec2, timeline } = this.#account;
    for (const { ids, isWantedAt } of this.#fleets) {
      if (isWantedAt(timeline.now())) ec2.start(ids);
      else this.#onPurpose(ids, () => ec2.stop(ids));
    }
  }

  #use(machines: OwnersMachines, incident: Incident): void {
    const { ec2, timeline } = this.#account;
    const { region, type, count, billedUsdPerHour } = machines;
    const bill = billedUsdPerHour === undefined ? {} : { billedUsdPerHour };
    const ids = ec2.launch(region, { type, count, launchedBy: OWNER, ...bill }).map(({ id }) => id);
    for (const id of ids) this.#machines.add(id);
    const life = lifetimeOf(machines, incident);
    const hours = workingHours(machines, incident);
    const isWantedAt = (time: number) => hours.some(({ from, until }) => from <= time && time < until);
    this.#fleets.push({ ids, isWantedAt });
    timeline.at(life.until, () => this.#onPurpose(ids, () => ec2.terminate(ids)));
    // Launched now, and stopped until its first hours begin.
    if (!isWantedAt(life.from)) timeline.after(MINUTE_MS, () => this.#onPurpose(ids, () => ec2.stop(ids)));
    for (const { from, until } of hours) {
      if (from > life.from) timeline.at(from, () => ec2.start(ids));
      if (until < life.until) timeline.at(until, () => this.#onPurpose(ids, () => ec2.stop(ids)));
    }
  }

  #onPurpose(ids: readonly string[], act: () => void): void {
    for (const id of ids) this.#ownStops.add(id);
    act();
    for (const id of ids) this.#ownStops.delete(id);
  }
}
