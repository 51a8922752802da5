import {
  type CallContext,
  type Operation,
  type Operations,
  type Principal,
  ServiceError,
} from '../core/service.ts';
import type { Timeline } from '../time/timeline.ts';
import type { WireCall } from './codec.ts';
import { refusalOf } from './refusals.ts';

/** What the wire needs of an account. SimulatedAccount has it. */
export interface EndpointAccount {
  readonly timeline: Pick<Timeline, 'now' | 'after'>;
  readonly iam: {
    principalOf(accessKeyId: string): Principal | undefined;
    permits(principal: Principal): boolean;
  };
  readonly regions: { isEnabled(region: string): boolean };
  readonly buckets: {
    take(call: { service: string; region: string; operation: string; input: unknown }): boolean;
  };
  readonly services: Readonly<Record<string, Operations>>;
  /** Gets every call that is denied. */
  readonly cloudTrail?: { denied(call: WireCall, principal: Principal, error: ServiceError): void };
}

/** The account does not simulate this operation. AWS does not answer 501, and SDKs do not repeat a call after it. */
export class NotSimulated extends ServiceError {
  constructor({ service, operation }: Pick<WireCall, 'service' | 'operation'>) {
    super('NotSimulated', `the simulated account has no ${service} ${operation}`, 501);
  }
}

/**
 * Checks whether a call may be performed, and returns the operation, ready to run at this moment.
 * @throws ServiceError when the call is throttled, when its key is unknown here, or when its key is denied everything.
 */
export function admit(
  { iam, regions, buckets, services, timeline, cloudTrail }: EndpointAccount,
  call: WireCall,
): () => unknown {
  if (call.accessKeyId === '') throw refusalOf('unsigned', call);
  const operation = services[call.service]?.[call.operation];
  if (!operation || !call.model) throw new NotSimulated(call);
  if (!buckets.take(call)) throw refusalOf('throttle', call);
  // A region that the account has not enabled knows none of the account's keys.
  const principal = regions.isEnabled(call.region) ? iam.principalOf(call.accessKeyId) : undefined;
  if (!principal) throw refusalOf('unknown-key', call);
  // Source: API_GetCallerIdentity, which answers also when a policy denies it.
  if (call.operation !== 'GetCallerIdentity' && !iam.permits(principal)) {
    const denial = refusalOf('access-denied', call);
    cloudTrail?.denied(call, principal, denial);
    throw denial;
  }
  if (call.malformed) throw call.malformed;
  const context: CallContext = { region: call.region, principal, now: timeline.now() };
  return () => (operation as Operation<unknown>)(call.input, context);
}
