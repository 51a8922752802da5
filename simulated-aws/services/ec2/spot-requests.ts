import { inLots, type Span } from '../../core/lots.ts';
import { usdPerHour } from '../../core/prices.ts';
import type { InstanceState, Launch, SimulatedInstance } from './instance.ts';
import type { Instances } from './instances.ts';
import { spotRequestId } from './resource-id.ts';

export type Persistence = 'persistent' | 'one-time';
/** Source: EC2 User Guide, "Spot request states". */
export type SpotRequestState = 'open' | 'active' | 'disabled' | 'closed' | 'cancelled';

/** What one call asks for: a number of requests, each for one instance. */
export interface SpotOrder {
  readonly type: string;
  readonly count: number;
  readonly persistence: Persistence;
  readonly launchedBy: string;
  readonly zone?: string;
  readonly imageId?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SimulatedSpotRequest {
  readonly id: string;
  /** Order of requests in the account. */
  readonly sequence: number;
  readonly region: string;
  readonly order: SpotOrder;
  readonly createdAt: number;
  state: SpotRequestState;
  /** Source: EC2 User Guide, "Spot request status codes". */
  status: string;
  statusAt: number;
  /** The instance that it launched last. */
  instanceId?: string;
}

const FULFILLED_WITHIN: Span = [2_000, 10_000];
/** A persistent request is open again at once. It takes this time until it launches an instance. */
const RELAUNCHED_WITHIN: Span = [5_000, 60_000];

/** The Spot requests of an account. They launch instances, and persistent ones launch again. */
export class SpotRequests {
  readonly #instances: Instances;
  readonly #byId = new Map<string, SimulatedSpotRequest>();
  readonly #byRegion = new Map<string, SimulatedSpotRequest[]>();

  constructor(instances: Instances) {
    this.#instances = instances;
    instances.onState((changed, state) => this.#follow(changed, state));
  }

  /** @throws Error for a type that has no known price. */
  request(region: string, order: SpotOrder): SimulatedSpotRequest[] {
    usdPerHour(order.type, region, 'spot');
    const requests = Array.from({ length: order.count }, () => this.#open(region, order));
    this.#fulfilWithin(FULFILLED_WITHIN, requests);
    return requests;
  }

  /** As RunInstances does it: fulfilled at once. @throws Error for a type that has no known price. */
  launchNow(region: string, order: SpotOrder): SimulatedInstance[] {
    usdPerHour(order.type, region, 'spot');
    const requests = Array.from({ length: order.count }, () => this.#open(region, order));
    return this.#fulfil(region, requests);
  }

  find(id: string | undefined): SimulatedSpotRequest | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  in(region: string): Iterable<SimulatedSpotRequest> {
    return this.#byRegion.get(region) ?? [];
  }

  /**
   * The request launches nothing any more. Its instance runs on, but is terminated when it is stopped.
   * Sources: "Cancel a Spot Instance request"; "Behavior of Spot Instance interruptions".
   */
  cancel(request: SimulatedSpotRequest): void {
    if (request.state === 'closed' || request.state === 'cancelled') return;
    const instance = request.instanceId ? this.#instances.instance(request.instanceId) : undefined;
    const isRunning = instance?.state === 'running' || instance?.state === 'pending';
    this.#set(
      request,
      'cancelled',
      isRunning ? 'request-canceled-and-instance-running' : 'canceled-before-fulfillment',
    );
    if (instance?.state === 'stopped' || instance?.state === 'stopping')
      this.#instances.terminate(instance.id);
  }

  #open(region: string, order: SpotOrder): SimulatedSpotRequest {
    const { random, timeline } = this.#instances.context;
    const request: SimulatedSpotRequest = {
      id: spotRequestId(random),
      sequence: this.#byId.size + 1,
      region,
      order,
      createdAt: timeline.now(),
      state: 'open',
      status: 'pending-evaluation',
      statusAt: timeline.now(),
    };
    this.#byId.set(request.id, request);
    const here = this.#byRegion.get(region) ?? [];
    here.push(request);
    this.#byRegion.set(region, here);
    return request;
  }

  #set(request: SimulatedSpotRequest, state: SpotRequestState, status: string): void {
    Object.assign(request, { state, status, statusAt: this.#instances.context.timeline.now() });
  }

  /** All requests are of one region. */
  #fulfilWithin(span: Span, requests: readonly SimulatedSpotRequest[]): void {
    inLots(this.#instances.context, requests, span, (lot) => {
      const open = lot.filter(({ state }) => state === 'open');
      const region = open[0]?.region;
      if (region !== undefined) this.#fulfil(region, open);
    });
  }

  #fulfil(region: string, open: readonly SimulatedSpotRequest[]): SimulatedInstance[] {
    const instances = this.#instances.launchAll(region, open.map(launchOf));
    for (const [at, request] of open.entries()) {
      request.instanceId = (instances[at] as SimulatedInstance).id;
      this.#set(request, 'active', 'fulfilled');
    }
    return instances;
  }

  #follow(instances: readonly SimulatedInstance[], state: InstanceState): void {
    const reopened: SimulatedSpotRequest[] = [];
    for (const instance of instances) {
      const request = this.find(instance.spotRequestId);
      if (!request || request.instanceId !== instance.id) continue;
      if (request.state === 'cancelled') {
        if (state === 'terminated') this.#set(request, 'cancelled', 'instance-terminated-by-user');
      } else if (state === 'stopped') this.#set(request, 'disabled', 'instance-stopped-by-user');
      else if (state === 'pending') this.#set(request, 'active', 'fulfilled');
      else if (state === 'terminated' && request.order.persistence === 'one-time')
        this.#set(request, 'closed', 'instance-terminated-by-user');
      else if (state === 'terminated') {
        delete request.instanceId;
        this.#set(request, 'open', 'pending-evaluation');
        reopened.push(request);
      }
    }
    this.#fulfilWithin(RELAUNCHED_WITHIN, reopened);
  }
}

function launchOf({ id, order }: SimulatedSpotRequest): Launch {
  const { persistence: _, ...launch } = order;
  return { ...launch, count: 1, lifecycle: 'spot', spotRequestId: id };
}
