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

/** What the wire needs of an account; SimulatedAccount has it. */
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
  /** Told of every call that is denied. */
  readonly cloudTrail?: { denied(call: WireCall, principal: Principal, error: ServiceError): void };
}

/** The account does not play this operation. 501 is an answer that SDKs do not retry and that AWS does not give. */
export class NotSimulated extends ServiceError {
  constructor({ service, operation }: Pick<WireCall, 'service' | 'operation'>) {
    super('NotSimulated', `the simulated account does not play ${service} ${operation}`, 501);
  }
}

/**
 * Lets a call in: the operation, ready to be performed at this moment.
 * @throws ServiceError when it is throttled, or when its key is unknown here, or denied everything.
 */
export function admit(
  { iam, regions, buckets, services, timeline, cloudTrail }: EndpointAccount,
  call: WireCall,
): () => unknown {
  if (call.accessKeyId === '') throw refusalOf('unsigned', call);
  const operation = services[call.service]?.[call.operation];
  if (!operation || !call.model) throw new NotSimulated(call);
  if (!buckets.take(call)) throw refusalOf('throttle', call);
  // A region that the account has not enabled knows none of its keys.
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
