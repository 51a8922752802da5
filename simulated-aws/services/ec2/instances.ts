import { groupBy } from '../../core/group-by.ts';
import { inLots, type Span } from '../../core/lots.ts';
import { usdPerHour } from '../../core/prices.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import { Images } from './images.ts';
import { type InstanceState, type Launch, type Launched, SimulatedInstance } from './instance.ts';
import { InstanceIndex } from './instance-index.ts';
import { refuseProtection } from './protection.ts';
import { resourceId } from './resource-id.ts';

export interface InstancesOptions {
  /** The longest time, in ms, until DescribeInstances shows what was launched. */
  readonly visibleWithinMs?: number;
}

/** Gets instances of one region that have entered a state. */
export type StateListener = (instances: readonly SimulatedInstance[], state: InstanceState) => void;

/** The state that follows by itself, and the usual time until then, in milliseconds. */
const NEXT: Partial<Record<InstanceState, { readonly state: InstanceState; readonly within: Span }>> = {
  pending: { state: 'running', within: [5_000, 20_000] },
  stopping: { state: 'stopped', within: [10_000, 60_000] },
  'shutting-down': { state: 'terminated', within: [10_000, 60_000] },
};
/** The time where the operating system is not asked to shut down. */
const QUICKLY: Span = [2_000, 8_000];
const TERMINATED_IS_SHOWN_MS = 3_600_000;
const VISIBLE_WITHIN_MS = 1_000;
const ZONES = ['a', 'b', 'c'];

/**
 * The instances of an account in all regions, and how their states change. Operations check whether a change is
 * allowed.
 */
export class Instances {
  readonly images: Images;
  /** The account's visibility setting: whether instances that a service operates are left out of listings. */
  hidesOperated = false;
  readonly #visibleWithinMs: number;
  readonly #byId = new Map<string, SimulatedInstance>();
  readonly #byRegion = new Map<string, InstanceIndex>();
  readonly #listeners: StateListener[] = [];

  constructor(
    readonly context: ServiceContext,
    options: InstancesOptions = {},
  ) {
    this.#visibleWithinMs = options.visibleWithinMs ?? VISIBLE_WITHIN_MS;
    this.images = new Images(context.random);
  }

  /** @throws ServiceError for protection that EC2 refuses, Error for a type that has no known price. */
  launch(region: string, launch: Launch): SimulatedInstance[] {
    return this.launchAll(region, [launch]);
  }

  /** Several launches in a region at once. @throws like `launch`, and then launches nothing. */
  launchAll(region: string, launches: readonly Launch[]): SimulatedInstance[] {
    const all = launches.map((launch) => this.#reserve(region, launch));
    const { random, timeline } = this.context;
    const index = this.index(region);
    const instances = all.flatMap((launched) =>
      Array.from({ length: launched.launch.count }, (_, at) => {
        const id = resourceId(random, 'i');
        const instance = new SimulatedInstance(id, index.nextSequence(), at, launched, timeline.now());
        index.add(instance);
        this.#byId.set(id, instance);
        return instance;
      }),
    );
    this.#hasEntered(instances, 'pending');
    return instances;
  }

  *instances(region?: string): Iterable<SimulatedInstance> {
    if (region !== undefined) yield* this.index(region).after(0);
    else for (const each of this.#byRegion.values()) yield* each.after(0);
  }

  instance(id: string): SimulatedInstance | undefined {
    return this.#byId.get(id);
  }

  index(region: string): InstanceIndex {
    const index = this.#byRegion.get(region) ?? new InstanceIndex();
    this.#byRegion.set(region, index);
    return index;
  }

  /** Stops those that run, whatever protects them. `quickly`: without a shutdown of the operating system. */
  stop(ids: string | readonly string[], quickly = false): void {
    const running = this.#those(ids).filter(({ state }) => state === 'running');
    this.#enter(running, 'stopping', { quickly, byUser: true });
  }

  /** Starts those that are stopped. */
  start(ids: string | readonly string[]): void {
    const stopped = this.#those(ids).filter(({ state }) => state === 'stopped');
    for (const instance of stopped) instance.launchedAt = this.context.timeline.now();
    this.#enter(stopped, 'pending');
  }

  /** Terminates those that have not ended yet, whatever protects them. */
  terminate(ids: string | readonly string[], quickly = false): void {
    const live = this.#those(ids).filter((instance) => !instance.isEnding);
    this.#enter(live, 'shutting-down', { quickly, byUser: true });
  }

  /** The listener gets every instance after it has entered a state. */
  onState(listener: StateListener): void {
    this.#listeners.push(listener);
  }

  #those(ids: string | readonly string[]): SimulatedInstance[] {
    const unique = new Set(typeof ids === 'string' ? [ids] : ids);
    return [...unique].flatMap((id) => this.#byId.get(id) ?? []);
  }

  #reserve(region: string, launch: Launch): Launched {
    const { random, timeline } = this.context;
    refuseProtection(launch);
    const group = launch.group === undefined ? {} : { 'aws:autoscaling:groupName': launch.group };
    return {
      reservationId: resourceId(random, 'r'),
      region,
      zone: launch.zone ?? `${region}${random.pick(ZONES)}`,
      imageId: launch.imageId ?? this.images.anyIn(region, launch.instanceStore ?? false).id,
      launch,
      tags: { ...launch.tags, ...group },
      usdPerHour: launch.billedUsdPerHour ?? usdPerHour(launch.type, region, launch.lifecycle ?? 'on-demand'),
      visibleAt: timeline.now() + random.integer(0, this.#visibleWithinMs),
    };
  }

  #enter(
    instances: readonly SimulatedInstance[],
    state: InstanceState,
    { quickly = false, byUser = false } = {},
  ): void {
    const now = this.context.timeline.now();
    const text = byUser ? `User initiated (${gmt(now)})` : undefined;
    for (const instance of instances) {
      this.index(instance.region).move(instance, state);
      instance.changedAt = now;
      if (text !== undefined) instance.transition = text;
      else if (state === 'pending') instance.transition = '';
    }
    for (const some of groupBy(instances, ({ region }) => region).values())
      this.#hasEntered(some, state, quickly);
  }

  /** What follows when instances have entered a state: the bill, the listeners, and the next state. */
  #hasEntered(instances: readonly SimulatedInstance[], state: InstanceState, quickly = false): void {
    if (instances.length === 0) return;
    for (const instance of instances) this.#bill(instance);
    for (const listener of this.#listeners) listener(instances, state);
    const since = this.context.timeline.now();
    if (state === 'terminated')
      this.context.timeline.after(TERMINATED_IS_SHOWN_MS, () => this.#forget(instances));
    const next = NEXT[state];
    if (!next) return;
    inLots(this.context, instances, quickly ? QUICKLY : next.within, (lot) => {
      const still = lot.filter((one) => one.state === state && one.changedAt === since);
      this.#enter(still, next.state);
    });
  }

  /** Only a running instance costs. Source: EC2 User Guide, "Amazon EC2 instance state changes". */
  #bill({ id, state, region, launchedBy, launched }: SimulatedInstance): void {
    const { ledger } = this.context;
    if (state !== 'running') ledger.stop(id);
    else ledger.start({ id, service: 'EC2', region, owner: launchedBy, usdPerHour: launched.usdPerHour });
  }

  #forget(instances: readonly SimulatedInstance[]): void {
    for (const { id } of instances) this.#byId.delete(id);
    this.index(instances[0]?.region ?? '').remove(new Set(instances));
  }
}

/** `2026-01-31 23:59:59 GMT`, as EC2 writes it. */
const gmt = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} GMT`;
