import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import type { Cancel } from '../../simulated-aws/time/timeline.ts';
import type { Script, Step } from '../incidents/schema.ts';
import { type Credential, Credentials } from './credentials.ts';
import { FargateServices, Group, type Holding, INTRUDER, Machines, SpotRequests } from './holdings.ts';
import { fillPolicySlots, protectAgain } from './persistence.ts';

export { INTRUDER } from './holdings.ts';

type Attacked = Pick<SimulatedAccount, 'timeline' | 'iam' | 'ec2' | 'autoScaling' | 'ecs'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** One thing that the intruder did, or failed to do because no credential worked. Times in ms since 1970. */
export interface Deed {
  readonly at: number;
  readonly what: string;
  /** The access key id that signed it; missing when no credential worked. */
  readonly by?: string;
}

/**
 * Plays an incident's script on an account: each step needs a credential that works at that moment. While one works, the
 * intruder looks every few minutes and brings back what somebody stopped.
 */
export class Intruder {
  readonly credentials: Credentials;
  readonly deeds: Deed[] = [];
  /** In ms since 1970. */
  readonly compromisedAt: number;
  readonly #users = new Set<string>();
  readonly #holdings: Holding[] = [];
  #usersMade = 0;

  /** Sets all steps on the timeline. `user` must exist with a key, where that key leaks. */
  constructor(
    private readonly account: Attacked,
    private readonly script: Script,
    private readonly onDeed: (deed: Deed) => void = () => {},
  ) {
    const { timeline, iam } = account;
    this.credentials = new Credentials(iam);
    this.compromisedAt = timeline.now() + script.atHour * HOUR_MS;
    timeline.at(this.compromisedAt, () => this.#getIn());
    for (const step of script.steps)
      timeline.at(this.compromisedAt + step.atMinute * MINUTE_MS, () => this.#take(step));
  }

  /** The users that the intruder made, and the user whose key leaked. */
  get users(): ReadonlySet<string> {
    return this.#users;
  }

  #getIn(): void {
    const { iam, timeline } = this.account;
    if (this.script.got === 'takeover') {
      const { accessKeyId } = iam.rootAccessKey();
      this.credentials.add({ kind: 'root', accessKeyId, of: 'root' });
    } else {
      const [key] = iam.directory.find(this.script.user)?.keys ?? [];
      if (!key) throw new Error(`there is no user ${this.script.user} with a key that could leak`);
      this.credentials.add({ kind: 'key', accessKeyId: key.id, of: this.script.user });
      this.#users.add(this.script.user);
    }
    this.#did('gets in', this.credentials.first());
    const { reactions } = this.script;
    if (!reactions) return;
    const cancel: Cancel = timeline.every(reactions.everyMinutes * MINUTE_MS, () => {
      if (this.credentials.first()) this.#react();
      else cancel();
    });
  }

  #take(step: Step): void {
    const forIam = step.do === 'create-user' || step.do === 'assume-role';
    const by = this.credentials.first(forIam);
    if (by) this.#perform(step, by);
    this.#did(describe(step), by);
  }

  #perform(step: Step, by: Credential): void {
    switch (step.do) {
      case 'create-user':
        this.#createUser(step.name, step.keys);
        break;
      case 'session':
        this.#mintSession(step.hours);
        break;
      case 'assume-role':
        this.#assumeRole(step.role, step.hours, by);
        break;
      default:
        for (const region of step.regions) this.#hold(this.#holdingOf(step, region));
    }
  }

  #holdingOf(step: Extract<Step, { regions: unknown }>, region: string): Holding {
    const { vcpusPerRegion } = this.script;
    if (step.do === 'group') return new Group(this.account, region, step, vcpusPerRegion);
    if (step.do === 'fargate') return new FargateServices(this.account, region, step);
    return step.lifecycle === 'persistent-spot'
      ? new SpotRequests(this.account, region, step)
      : new Machines(this.account, region, step, vcpusPerRegion);
  }

  #hold(holding: Holding): void {
    holding.keepUp();
    this.#holdings.push(holding);
  }

  #createUser(name: string, keys: number): void {
    const { iam } = this.account;
    iam.createUser(name, INTRUDER);
    iam.attachUserPolicy(name, ADMINISTRATOR);
    this.#users.add(name);
    for (let made = 0; made < keys; made++)
      this.credentials.add({ kind: 'key', accessKeyId: iam.createAccessKey(name).accessKeyId, of: name });
  }

  /** A session token of the first key that works. It cannot be revoked; a deny on its user ends it. */
  #mintSession(hours: number): void {
    const key = this.credentials.working().find(({ kind }) => kind === 'key');
    if (!key) return;
    const { accessKeyId } = this.account.iam.sessionOf(key.accessKeyId, hours * HOUR_MS);
    this.credentials.add({ kind: 'session', accessKeyId, of: key.of });
  }

  #assumeRole(role: string, hours: number, by: Credential): void {
    const { iam } = this.account;
    if (!iam.roles.has(role)) iam.createRole(role, INTRUDER);
    const { accessKeyId } = iam.assumeRole(role, by.of, hours * HOUR_MS);
    this.credentials.add({ kind: 'role', accessKeyId, of: role });
  }

  #react(): void {
    const { reactions } = this.script;
    const { iam, ec2 } = this.account;
    if (!reactions) return;
    const forIam = this.credentials.first(true);
    if (forIam && this.credentials.working().length < reactions.keepCredentials) {
      this.#createUser(`svc-${++this.#usersMade}-${iam.random.hex(6)}`, 1);
      this.#did('makes another user with a key', forIam);
    }
    if (forIam && reactions.fillPolicySlots) fillPolicySlots(iam, this.#users);
    const protectedAgain = protectAgain(ec2, reactions.protect);
    if (protectedAgain > 0) this.#did(`protects ${protectedAgain} machines again`, this.credentials.first());
    const back = reactions.relaunch ? this.#holdings.reduce((sum, holding) => sum + holding.keepUp(), 0) : 0;
    if (back > 0) this.#did(`brings back ${back} machines or tasks`, this.credentials.first());
  }

  #did(what: string, by: Credential | undefined): void {
    const at = this.account.timeline.now();
    const deed = by ? { at, what, by: by.accessKeyId } : { at, what };
    this.deeds.push(deed);
    this.onDeed(deed);
  }
}

function describe(step: Step): string {
  switch (step.do) {
    case 'launch':
      return `launches ${step.count} × ${step.type} in ${step.regions.length} regions`;
    case 'group':
      return `makes a group of ${step.desired} × ${step.type} in ${step.regions.length} regions`;
    case 'fargate':
      return `makes ${step.clusters} ECS clusters in ${step.regions.length} regions`;
    case 'create-user':
      return `makes the user ${step.name}`;
    case 'session':
      return `mints a session token for ${step.hours} h`;
    default:
      return `assumes the role ${step.role} for ${step.hours} h`;
  }
}
