import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { DENY_ALL } from '../../../simulated-aws/services/iam/managed-policies.ts';
import type { Incident } from '../../incidents/schema.ts';
import { INTRUDER, type Intruder } from '../../intruder/intruder.ts';
import type { Observer } from './observer.ts';

type Cleaned = Pick<SimulatedAccount, 'timeline' | 'regions' | 'iam' | 'ec2' | 'autoScaling' | 'ecs'>;

const MINUTE_MS = 60_000;
/** Assumption: to see in the console that a region is empty takes a minute. */
const MINUTES_TO_LOOK = 1;
const NO_MEMBERS = { min: 0, max: 0, desired: 0 };

/**
 * Somebody who cleans up in the console: region by region in the console's order, credentials before or after, and again
 * until a round finds nothing. The time for each is an assumption in the incident's file. The person knows what belongs
 * to the owner, and makes no mistakes.
 */
export class Person {
  #isAtWork = false;

  constructor(
    private readonly account: Cleaned,
    private readonly incident: Incident,
    private readonly intruder: Intruder | undefined,
    private readonly observer: Observer,
  ) {}

  /** Begins at once; does nothing when a clean-up is under way. */
  cleanUp(): void {
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    const { startsWith } = this.incident.owner.cleanUp;
    const regions = this.account.regions.enabled();
    this.#inTurn(startsWith === 'instances' ? [...regions, 'credentials'] : ['credentials', ...regions], 0);
  }

  /** One place after the other; `found` counts those of this round in which there was something to do. */
  #inTurn([place, ...rest]: readonly string[], found: number): void {
    if (place === undefined) {
      if (found === 0) this.#isDone();
      else this.#inTurn([...this.account.regions.enabled(), 'credentials'], 0);
      return;
    }
    const { minutesPerRegion, minutesForCredentials } = this.incident.owner.cleanUp;
    const isDirty = this.#isDirty(place);
    const working = place === 'credentials' ? minutesForCredentials : minutesPerRegion;
    this.account.timeline.after((isDirty ? working : MINUTES_TO_LOOK) * MINUTE_MS, () => {
      // What the intruder adds meanwhile is found in the next round.
      if (isDirty) this.#clean(place);
      this.observer.look();
      this.#inTurn(rest, found + (isDirty ? 1 : 0));
    });
  }

  #isDone(): void {
    this.#isAtWork = false;
    this.observer.told();
    this.observer.look(true);
  }

  #isDirty(place: string): boolean {
    if (place === 'credentials') return (this.intruder?.credentials.working().length ?? 0) > 0;
    const { ec2, autoScaling, ecs } = this.account;
    const machines = [...ec2.instances(place)].filter((one) => one.launchedBy === INTRUDER && !one.isEnding);
    const groups = [...autoScaling.groups(place)].filter(
      ({ plan, sizes }) => plan.launchedBy === INTRUDER && sizes.desired > 0,
    );
    const services = [...ecs.services(place)].filter(
      ({ plan, desired }) => plan.launchedBy === INTRUDER && desired > 0,
    );
    const requests = [...ec2.spot.in(place)].filter(
      ({ order, state }) => order.launchedBy === INTRUDER && state !== 'cancelled' && state !== 'closed',
    );
    return machines.length + groups.length + services.length + requests.length > 0;
  }

  #clean(place: string): void {
    if (place === 'credentials') this.#takeCredentials();
    else this.#cleanRegion(place);
  }

  /** Launchers first, so that they replace nothing; protection is removed as part of the work. */
  #cleanRegion(region: string): void {
    const { ec2, autoScaling, ecs } = this.account;
    for (const group of autoScaling.groups(region)) {
      if (group.plan.launchedBy !== INTRUDER) continue;
      autoScaling.resize(group, NO_MEMBERS);
      autoScaling.resume(group);
    }
    for (const request of ec2.spot.in(region))
      if (request.order.launchedBy === INTRUDER) ec2.spot.cancel(request);
    for (const service of ecs.services(region))
      if (service.plan.launchedBy === INTRUDER) ecs.resize(service, 0);
    const machines = [...ec2.instances(region)].filter(({ launchedBy }) => launchedBy === INTRUDER);
    ec2.terminate(machines.map(({ id }) => id));
  }

  /** Disables the keys of all users but the owner's, denies these users and the intruder's roles, changes root's password. */
  #takeCredentials(): void {
    const { iam } = this.account;
    for (const user of [...iam.users()]) {
      if (this.incident.owner.users.includes(user.name)) continue;
      for (const { id } of user.keys) iam.updateAccessKey(user.name, id, 'Inactive');
      iam.putUserPermissionsBoundary(user.name, DENY_ALL);
    }
    for (const role of [...iam.roles.values()])
      if (role.createdBy === INTRUDER)
        iam.roles.set(role.name, { ...role, attachedPolicies: [...role.attachedPolicies, DENY_ALL] });
    this.intruder?.credentials.loseRoot();
    // IAM takes a few seconds until it holds everywhere.
    this.account.timeline.after(5_000, () => this.observer.look());
  }
}
