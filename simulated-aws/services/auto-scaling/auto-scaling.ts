import { groupBy } from '../../core/group-by.ts';
import type { Span } from '../../core/lots.ts';
import { ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Ec2 } from '../ec2/ec2.ts';
import type { InstanceState, SimulatedInstance } from '../ec2/instance.ts';
import { type GroupPlan, type Member, PROCESSES, type Process, SimulatedGroup, type Sizes } from './group.ts';

/** Time until a health check sees a member that does not run. */
const HEALTH_CHECK: Span = [5_000, 60_000];
/** Time until new sizes, or resumed processes, take effect. */
const SCALING: Span = [1_000, 10_000];

/**
 * The Auto Scaling groups of an account. Each keeps its desired capacity running, unless its processes are suspended.
 */
export class AutoScaling {
  readonly #groups = new Map<string, SimulatedGroup>();
  /** When the next check of each group is due. */
  readonly #due = new Map<SimulatedGroup, number>();

  constructor(
    readonly context: Pick<ServiceContext, 'timeline' | 'random' | 'accountId'>,
    readonly ec2: Ec2,
  ) {
    ec2.onState((instances, state) => this.#follow(instances, state));
  }

  /** Launches its members at once. @throws ServiceError AlreadyExists or ValidationError; Error for an unknown type. */
  createGroup(region: string, plan: GroupPlan): SimulatedGroup {
    if (this.group(region, plan.name))
      throw new ServiceError(
        'AlreadyExists',
        `AutoScalingGroup by this name already exists - A group with the name ${plan.name} already exists`,
      );
    refuseSizes(plan);
    const group = new SimulatedGroup(region, plan, this.#groups.size + 1, this.context.timeline.now());
    this.#launch(group, plan.desired);
    this.#groups.set(keyOf(region, plan.name), group);
    return group;
  }

  *groups(region?: string): Iterable<SimulatedGroup> {
    for (const group of this.#groups.values())
      if (region === undefined || group.region === region) yield group;
  }

  group(region: string, name: string): SimulatedGroup | undefined {
    return this.#groups.get(keyOf(region, name));
  }

  /** A new minimum or maximum bounds the desired size. Source: API_UpdateAutoScalingGroup. @throws ServiceError. */
  resize(group: SimulatedGroup, change: Partial<Sizes>): void {
    const { min, max } = { ...group.sizes, ...change };
    const kept = Math.min(
      Math.max(group.sizes.desired, change.min ?? 0),
      change.max ?? Number.POSITIVE_INFINITY,
    );
    const sizes = { min, max, desired: change.desired ?? kept };
    refuseSizes(sizes);
    group.sizes = sizes;
    this.#checkWithin(SCALING, group);
  }

  /** Deletes it, with its machines when forced. @throws ServiceError ResourceInUse for a group that has members. */
  delete(group: SimulatedGroup, isForced = false): void {
    if (group.members.size > 0 && !isForced)
      throw new ServiceError(
        'ResourceInUse',
        'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
      );
    this.#groups.delete(keyOf(group.region, group.plan.name));
    group.sizes = { min: 0, max: 0, desired: 0 };
    this.#terminate(group, group.staying());
  }

  /** All processes when none is named. */
  suspend(group: SimulatedGroup, processes: readonly Process[] = PROCESSES): void {
    const now = this.context.timeline.now();
    for (const process of processes) if (group.runs(process)) group.suspended.set(process, now);
  }

  resume(group: SimulatedGroup, processes: readonly Process[] = PROCESSES): void {
    for (const process of processes) group.suspended.delete(process);
    this.#checkWithin(SCALING, group);
  }

  #follow(instances: readonly SimulatedInstance[], state: InstanceState): void {
    const members = instances.filter(({ group }) => group !== undefined);
    for (const [name, some] of groupBy(members, ({ group }) => group ?? '')) {
      const group = this.group(some[0]?.region ?? '', name);
      if (group) this.#followMembers(group, some, state);
    }
  }

  #followMembers(group: SimulatedGroup, instances: readonly SimulatedInstance[], state: InstanceState): void {
    for (const { id } of instances) {
      const member = group.members.get(id);
      if (member && state === 'running') member.hasRun = true;
      if (member?.isTerminating && state === 'terminated') group.members.delete(id);
    }
    if (state !== 'pending' && state !== 'running') this.#checkWithin(HEALTH_CHECK, group);
  }

  #checkWithin([least, most]: Span, group: SimulatedGroup): void {
    const { timeline, random } = this.context;
    const time = timeline.now() + random.integer(least, most);
    if (time >= (this.#due.get(group) ?? Number.POSITIVE_INFINITY)) return;
    this.#due.set(group, time);
    timeline.at(time, () => {
      if (this.#due.get(group) === time) this.#due.delete(group);
      this.#check(group);
    });
  }

  /** Source: Auto Scaling User Guide, "How suspended processes affect other processes". */
  #check(group: SimulatedGroup): void {
    if (group.runs('HealthCheck'))
      for (const member of group.staying()) if (!isUp(member)) member.isHealthy = false;
    // Without Terminate, ReplaceUnhealthy is inactive.
    if (group.runs('Terminate')) {
      const unhealthy = group.staying().filter(({ isHealthy }) => !isHealthy);
      if (group.runs('ReplaceUnhealthy')) this.#terminate(group, unhealthy);
      this.#terminate(group, surplus(group));
    }
    if (group.runs('Launch')) this.#launch(group, group.sizes.desired - group.staying().length);
  }

  /** Evenly over its zones. */
  #launch(group: SimulatedGroup, count: number): void {
    if (count <= 0) return;
    const { name, type, launchedBy, imageId, tags, disableApiStop, disableApiTermination } = group.plan;
    const byZone = new Map(group.zones.map((zone) => [zone, 0]));
    const inZone = new Map(byZone);
    for (const { instance } of group.staying())
      inZone.set(instance.zone, (inZone.get(instance.zone) ?? 0) + 1);
    for (let launched = 0; launched < count; launched++) {
      const zone = group.zones.reduce((a, b) => ((inZone.get(b) ?? 0) < (inZone.get(a) ?? 0) ? b : a));
      inZone.set(zone, (inZone.get(zone) ?? 0) + 1);
      byZone.set(zone, (byZone.get(zone) ?? 0) + 1);
    }
    const launches = [...byZone]
      .filter(([, some]) => some > 0)
      .map(([zone, some]) => ({
        ...{ type, launchedBy, zone, count: some, group: name },
        ...(imageId === undefined ? {} : { imageId }),
        ...(tags === undefined ? {} : { tags }),
        disableApiStop: disableApiStop ?? false,
        disableApiTermination: disableApiTermination ?? false,
      }));
    for (const instance of this.ec2.launchAll(group.region, launches))
      group.members.set(instance.id, {
        instance,
        isHealthy: true,
        hasRun: false,
        isTerminating: false,
        isProtectedFromScaleIn: group.protectsNewMembers,
      });
  }

  /** Stop and termination protection do not prevent this. Source: EC2 User Guide, "Enable stop protection". */
  #terminate(group: SimulatedGroup, members: readonly Member[]): void {
    for (const member of members) {
      member.isTerminating = true;
      if (member.instance.state === 'terminated') group.members.delete(member.instance.id);
    }
    this.ec2.terminate(members.map(({ instance }) => instance.id));
  }
}

const isUp = ({ instance }: Member) => instance.state === 'running' || instance.state === 'pending';

/** Members beyond the desired capacity: unhealthy ones, then the oldest; never those protected from scale-in. */
function surplus(group: SimulatedGroup): Member[] {
  const staying = group.staying();
  const count = staying.length - group.sizes.desired;
  if (count <= 0) return [];
  const byAge = staying.sort((a, b) => a.instance.sequence - b.instance.sequence);
  const inOrder = [...byAge.filter((m) => !m.isHealthy), ...byAge.filter((m) => m.isHealthy)];
  return inOrder.filter((member) => !member.isProtectedFromScaleIn).slice(0, count);
}

function refuseSizes({ min, max, desired }: Sizes): void {
  if (min < 0 || max < min)
    throw new ServiceError(
      'ValidationError',
      `Max bound, ${max}, must be greater than or equal to min bound, ${min}`,
    );
  if (desired < min || desired > max)
    throw new ServiceError(
      'ValidationError',
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
}

const keyOf = (region: string, name: string) => `${region} ${name}`;
