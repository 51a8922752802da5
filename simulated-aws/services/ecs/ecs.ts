import { inLots, type Span } from '../../core/lots.ts';
import { fargateUsdPerHour } from '../../core/prices.ts';
import { ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';

export interface ServicePlan {
  readonly cluster: string;
  readonly name: string;
  readonly desired: number;
  /** Of each task. */
  readonly vcpu: number;
  /** Memory of each task in GB. */
  readonly gb: number;
  /** Name of the principal who pays for its tasks in the ledger. */
  readonly launchedBy: string;
}

export interface SimulatedTask {
  readonly id: string;
  readonly service: SimulatedService;
  state: 'provisioning' | 'running' | 'stopped';
}

/** A service and the tasks that are not stopped. */
export interface SimulatedService {
  readonly region: string;
  readonly plan: ServicePlan;
  desired: number;
  readonly tasks: Set<SimulatedTask>;
}

const TASK_RUNS_WITHIN: Span = [20_000, 60_000];
const SCHEDULED_WITHIN: Span = [1_000, 15_000];
/** Digits of a task's id. Source: API_Task. */
const TASK_ID_DIGITS = 32;

/** The Fargate services of an account. Each keeps its desired number of tasks running. It has no API yet. */
export class Ecs {
  readonly #clusters = new Set<string>();
  readonly #services = new Map<string, SimulatedService>();

  constructor(readonly context: Pick<ServiceContext, 'timeline' | 'random' | 'ledger'>) {}

  /** Does nothing for a name that exists. Source: API_CreateCluster. */
  createCluster(region: string, name: string): void {
    this.#clusters.add(`${region} ${name}`);
  }

  /** Starts its tasks. @throws ServiceError ClusterNotFoundException, or InvalidParameterException for a known name. */
  createService(region: string, plan: ServicePlan): SimulatedService {
    const cluster = `${region} ${plan.cluster}`;
    if (!this.#clusters.has(cluster))
      throw new ServiceError('ClusterNotFoundException', 'Cluster not found.');
    const key = `${cluster} ${plan.name}`;
    if (this.#services.has(key))
      throw new ServiceError('InvalidParameterException', 'Creation of service was not idempotent.');
    const service = { region, plan, desired: plan.desired, tasks: new Set<SimulatedTask>() };
    this.#services.set(key, service);
    this.#schedule(service);
    return service;
  }

  *services(region?: string): Iterable<SimulatedService> {
    for (const service of this.#services.values())
      if (region === undefined || service.region === region) yield service;
  }

  runningTasks(region?: string): number {
    let running = 0;
    for (const { tasks } of this.services(region))
      for (const { state } of tasks) if (state === 'running') running++;
    return running;
  }

  /** As UpdateService does it: surplus tasks stop, missing ones start. Source: API_UpdateService. */
  resize(service: SimulatedService, desired: number): void {
    service.desired = desired;
    for (const task of [...service.tasks].slice(desired)) this.#end(task);
    this.#schedule(service);
  }

  /** Stops a task; its service starts another. Source: API_StopTask; Developer Guide, "Amazon ECS services". */
  stopTask(task: SimulatedTask): void {
    if (task.state === 'stopped') return;
    this.#end(task);
    const { timeline, random } = this.context;
    timeline.after(random.integer(...SCHEDULED_WITHIN), () => this.#schedule(task.service));
  }

  #end(task: SimulatedTask): void {
    task.state = 'stopped';
    task.service.tasks.delete(task);
    this.context.ledger.stop(task.id);
  }

  #schedule(service: SimulatedService): void {
    const missing = Math.max(0, service.desired - service.tasks.size);
    const tasks = Array.from(
      { length: missing },
      (): SimulatedTask => ({ id: this.context.random.hex(TASK_ID_DIGITS), service, state: 'provisioning' }),
    );
    for (const task of tasks) service.tasks.add(task);
    inLots(this.context, tasks, TASK_RUNS_WITHIN, (lot) => {
      for (const task of lot) if (task.state === 'provisioning') this.#run(task);
    });
  }

  #run(task: SimulatedTask): void {
    const { region, plan } = task.service;
    task.state = 'running';
    this.context.ledger.start({
      id: task.id,
      service: 'Fargate',
      region,
      usdPerHour: fargateUsdPerHour(plan.vcpu, plan.gb, region),
      owner: plan.launchedBy,
    });
  }
}
