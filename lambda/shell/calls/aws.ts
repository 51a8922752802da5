import { GLOBAL, type Scope } from '../../core/model.ts';
import type { ServiceLimits } from '../../core/policy/api-limits.ts';
import { GLOBAL_REGION } from '../../core/regions.ts';
import type { Clock } from '../clock.ts';
import type { AnyClient, ClientClass, Clients } from './clients.ts';

/** AWS, as one kind uses it in one scope. */
export interface Aws {
  readonly scope: Scope;
  readonly clock: Clock;
  /** The client of a service in this scope, e.g. `client(EC2Client)`: cached, paced, ended by the deadline. */
  client<C extends AnyClient>(Client: ClientClass<C>): C;
  /** Second argument of every `send`. */
  readonly options: { readonly abortSignal: AbortSignal };
}

/** @param limits the documented limits of the kind's services. */
export function awsFor(clients: Clients, scope: Scope, limits: readonly ServiceLimits[] = []): Aws {
  const region = scope === GLOBAL ? GLOBAL_REGION : scope;
  clients.useLimits(limits);
  return {
    scope,
    clock: clients.clock,
    client: (Client) => clients.of(Client, region),
    options: clients.options,
  };
}
