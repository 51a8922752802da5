import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { Incident, OwnersMachines } from '../../incidents/schema.ts';

/** The name under which the ledger files what the owner runs. */
export const OWNER = 'owner';

type Owned = Pick<SimulatedAccount, 'timeline' | 'iam' | 'ec2'>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The account's owner at work: users with a key each, and machines, on and off as the incident's file says. The owner
 * starts a machine again only at its hours.
 */
export class Owner {
  readonly #account: Owned;
  readonly #keys: readonly string[];
  readonly #machines = new Set<string>();
  /** Machines that the owner is stopping now. */
  readonly #ownStops = new Set<string>();

  constructor(account: Owned, { owner, intruder, lastsDays }: Incident) {
    this.#account = account;
    const { timeline, iam } = account;
    const employ = (name: string) => {
      iam.createUser(name, 'root');
      iam.attachUserPolicy(name, 'arn:aws:iam::aws:policy/AdministratorAccess');
      return iam.createAccessKey(name).accessKeyId;
    };
    this.#keys = owner.users.map(employ);
    if (intruder?.got === 'leaked-key') employ(intruder.user);
    const start = timeline.now();
    for (const machines of owner.machines) {
      const { fromHour = 0, untilHour = lastsDays * 24 } = machines;
      const until = start + untilHour * HOUR_MS;
      timeline.at(start + fromHour * HOUR_MS, () => this.#use(machines, until));
    }
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

  #use({ region, type, count, daily }: OwnersMachines, until: number): void {
    const { ec2, timeline } = this.#account;
    const launched = ec2.launch(region, { type, count, launchedBy: OWNER });
    const ids = launched.map(({ id }) => id);
    for (const id of ids) this.#machines.add(id);
    timeline.at(until, () => this.#onPurpose(ids, () => ec2.terminate(ids)));
    if (!daily) return;
    const midnight = Math.floor(timeline.now() / DAY_MS) * DAY_MS;
    const [from, to] = daily;
    // Launched now, and stopped until its first hours begin.
    timeline.after(60_000, () => this.#onPurpose(ids, () => ec2.stop(ids)));
    for (let day = midnight; day < until; day += DAY_MS) {
      const [on, off] = [day + from * HOUR_MS, day + to * HOUR_MS];
      if (on <= timeline.now() || on >= until) continue;
      timeline.at(on, () => ec2.start(ids));
      timeline.at(Math.min(off, until), () => this.#onPurpose(ids, () => ec2.stop(ids)));
    }
  }

  #onPurpose(ids: readonly string[], act: () => void): void {
    for (const id of ids) this.#ownStops.add(id);
    act();
    for (const id of ids) this.#ownStops.delete(id);
  }
}
