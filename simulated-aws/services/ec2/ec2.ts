import type { ServiceContext } from '../../core/service-context.ts';
import { Instances, type InstancesOptions } from './instances.ts';
import { type SimulatedSpotRequest, type SpotOrder, SpotRequests } from './spot-requests.ts';

/** EC2 in all regions of an account: its instances, and the spot requests that launch some of them. */
export class Ec2 extends Instances {
  readonly spot: SpotRequests;

  constructor(context: ServiceContext, options: InstancesOptions = {}) {
    super(context, options);
    this.spot = new SpotRequests(this);
  }

  /** @throws Error for a type that has no known price. */
  requestSpot(region: string, order: SpotOrder): SimulatedSpotRequest[] {
    return this.spot.request(region, order);
  }
}
