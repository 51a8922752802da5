import type { SimulatedAccount } from '../../simulated-aws/account.ts';
import type { SimulatedInstance } from '../../simulated-aws/services/ec2/instance.ts';
import type { SimulatedSpotRequest } from '../../simulated-aws/services/ec2/spot-requests.ts';
import type { StepOf } from '../incidents/schema.ts';
import { roomFor } from './quota.ts';

/** The name under which the ledger files what the intruder runs. */
export const INTRUDER = 'intruder';

export type Operated = Pick<SimulatedAccount, 'ec2' | 'autoScaling' | 'ecs'>;

/** Something that the intruder runs in a region and can bring back. */
export interface Holding {
  /** Starts what does not run any more. @returns how many machines or tasks. */
  keepUp(): number;
}

export interface Protection {
  readonly disableApiTermination: boolean;
  readonly disableApiStop: boolean;
}

export const protectionOf = (protect: readonly ('termination' | 'stop')[]): Protection => ({
  disableApiTermination: protect.includes('termination'),
  disableApiStop: protect.includes('stop'),
});

const isUp = (instance: SimulatedInstance | undefined): boolean =>
  instance?.state === 'running' || instance?.state === 'pending';

/** Machines on demand, or one-time spot machines, which only the intruder replaces. */
export class Machines implements Holding {
  #ids: readonly string[] = [];

  constructor(
    private readonly account: Operated,
    private readonly region: string,
    private readonly step: StepOf<'launch'>,
    private readonly vcpus: number | undefined,
  ) {}

  keepUp(): number {
    const { ec2 } = this.account;
    const { type, lifecycle, protect } = this.step;
    const up = this.#ids.filter((id) => isUp(ec2.instance(id)));
    const count = Math.min(this.step.count - up.length, roomFor(ec2, this.region, type, this.vcpus));
    if (count <= 0) return 0;
    const launch = { type, count, launchedBy: INTRUDER };
    // Spot machines cannot be protected; each has a request of its own, as RunInstances makes them.
    const launched =
      lifecycle === 'on-demand'
        ? ec2.launch(this.region, { ...launch, ...protectionOf(protect) })
        : ec2.spot.launchNow(this.region, { ...launch, persistence: 'one-time' });
    this.#ids = [...up, ...launched.map(({ id }) => id)];
    return launched.length;
  }
}

/** Persistent spot requests: EC2 itself replaces their machines until they are cancelled or their machine is stopped. */
export class SpotRequests implements Holding {
  #requests: readonly SimulatedSpotRequest[] = [];

  constructor(
    private readonly account: Operated,
    private readonly region: string,
    private readonly step: StepOf<'launch'>,
  ) {}

  keepUp(): number {
    const { type, count } = this.step;
    const alive = this.#requests.filter(({ state }) => state === 'open' || state === 'active');
    const missing = count - alive.length;
    if (missing <= 0) return 0;
    const order = { type, count: missing, persistence: 'persistent' as const, launchedBy: INTRUDER };
    this.#requests = [...alive, ...this.account.ec2.requestSpot(this.region, order)];
    return missing;
  }
}

/** An Auto Scaling group. Where somebody suspended or shrank it, the intruder resumes it and sets its size again. */
export class Group implements Holding {
  constructor(
    private readonly account: Operated,
    private readonly region: string,
    private readonly step: StepOf<'group'>,
    private readonly vcpus: number | undefined,
  ) {}

  keepUp(): number {
    const { autoScaling, ec2 } = this.account;
    const { name, type, max, protect } = this.step;
    const group = autoScaling.group(this.region, name);
    const up = group?.staying().filter(({ instance }) => isUp(instance)).length ?? 0;
    if (group && group.suspended.size === 0 && group.sizes.desired >= this.step.desired) return 0;
    const desired = Math.min(this.step.desired, up + roomFor(ec2, this.region, type, this.vcpus));
    if (desired <= up) return 0;
    const sizes = { min: Math.min(this.step.min, desired), max, desired };
    if (group) {
      autoScaling.resize(group, sizes);
      autoScaling.resume(group);
    } else {
      const plan = { name, type, launchedBy: INTRUDER, ...protectionOf(protect) };
      autoScaling.createGroup(this.region, { ...plan, ...sizes });
    }
    return desired - up;
  }
}

/** ECS clusters with one Fargate service each, which keeps its tasks running. */
export class FargateServices implements Holding {
  #made = 0;

  constructor(
    private readonly account: Operated,
    private readonly region: string,
    private readonly step: StepOf<'fargate'>,
  ) {}

  keepUp(): number {
    const { ecs } = this.account;
    const { clusters, tasksEach, vcpu, gb } = this.step;
    const alive = [...ecs.services(this.region)].filter(
      ({ plan, desired }) => plan.launchedBy === INTRUDER && desired > 0,
    ).length;
    for (let missing = clusters - alive; missing > 0; missing--) {
      const cluster = `cluster-${++this.#made}`;
      ecs.createCluster(this.region, cluster);
      const service = { cluster, name: 'service', desired: tasksEach, vcpu, gb, launchedBy: INTRUDER };
      ecs.createService(this.region, service);
    }
    return Math.max(0, clusters - alive) * tasksEach;
  }
}
