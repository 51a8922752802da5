import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import { GLOBAL, type Scope } from '../core/model.ts';
import { type Clients, GLOBAL_REGION } from './clients.ts';

/** AWS as one scope's kinds see it. */
export interface Aws {
  readonly scope: Scope;
  readonly ec2: EC2Client;
  readonly autoScaling: AutoScalingClient;
  readonly iam: IAMClient;
  readonly options: { readonly abortSignal: AbortSignal };
}

export function awsFor(clients: Clients, scope: Scope): Aws {
  const region = scope === GLOBAL ? GLOBAL_REGION : scope;
  return {
    scope,
    get ec2() {
      return clients.ec2(region);
    },
    get autoScaling() {
      return clients.autoScaling(region);
    },
    get iam() {
      return clients.iam();
    },
    options: clients.options,
  };
}
