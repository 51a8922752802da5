import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { STSClient } from '@aws-sdk/client-sts';
import type { HttpHandler } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, HandlerExecutionContext, InitializeHandler } from '@smithy/types';
import type { ServiceLimits } from '../../core/policy/api-limits.ts';
import type { Clock } from '../clock.ts';
import { DeadlineRetryStrategy, drawOf, Pacers } from './retry.ts';

/** IAM, Budgets, Cost Explorer and the stack's home live here. */
export const GLOBAL_REGION = 'us-east-1';

/** The way to AWS; a simulated account in the same process is reached by another one. */
export interface Wire extends HttpHandler<object> {
  /** HTTP answers so far, of any status, so that "no network at all" can be told from "one service is down". */
  readonly answered: number;
}

class CountingHandler extends NodeHttpHandler implements Wire {
  answered = 0;
  override async handle(...args: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(...args);
    this.answered += 1;
    return answer;
  }
}

export type ClientConfig = ReturnType<Clients['config']>;

const overHttp = (): Wire =>
  new CountingHandler({
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 500, keepAlive: true },
    httpAgent: { maxSockets: 500, keepAlive: true },
  });

/** What the call under way is: the SDK does not tell its retry strategy. */
interface Call {
  readonly operation: string;
  readonly input: unknown;
}

/** One for all: in a warm environment Node.js up to 22 would pay for each with every promise. */
const calls = new AsyncLocalStorage<Call>();

/** Every client of the SDK; each has its own types of inputs and outputs. */
export interface AnyClient {
  readonly config: { readonly serviceId: string };
  readonly middlewareStack: { add(middleware: Middleware, options: { step: 'initialize' }): void };
}
/** Its class, e.g. `EC2Client`. */
export type ClientClass<C extends AnyClient> = new (config: ClientConfig) => C;
type Middleware = <I extends object, O extends object>(
  next: InitializeHandler<I, O>,
  context: HandlerExecutionContext,
) => InitializeHandler<I, O>;

/**
 * One client per service and region, one pacer per token bucket of it; one connection pool and one credential
 * lookup for all.
 * An attempt takes at most 10 s (`requestTimeout` alone would only warn), a connection 3 s.
 */
export class Clients {
  private readonly made = new Map<ClientClass<AnyClient>, Map<string, AnyClient>>();
  private readonly limits = new Map<string, ServiceLimits>();
  private readonly first: STSClient;

  constructor(
    readonly clock: Clock,
    readonly deadline: AbortSignal,
    private readonly handler: Wire = overHttp(),
  ) {
    this.first = new STSClient({ region: GLOBAL_REGION, requestHandler: handler });
    // Every call and every wait of a run listens to this one signal.
    setMaxListeners(0, deadline);
  }

  /** Second argument of every `send`: the run's deadline ends the call, also while it waits for its turn. */
  get options(): { abortSignal: AbortSignal } {
    return { abortSignal: this.deadline };
  }

  /** HTTP answers received so far, whatever their status. */
  get answered(): number {
    return this.handler.answered;
  }

  credentials(): Promise<AwsCredentialIdentity> {
    return this.first.config.credentials();
  }

  /** From now on calls to these services keep to what AWS documents; a kind brings the limits of its own. */
  useLimits(limits: readonly ServiceLimits[]): void {
    for (const each of limits) this.limits.set(each.service, each);
  }

  /**
   * The one client of a service in a region. The class comes from the caller, so that a service's code is loaded with
   * whoever needs it.
   * @param more configuration of this client alone, e.g. the journal's: another one gets another client.
   */
  of<C extends AnyClient>(Client: ClientClass<C>, region: string, more: object = {}): C {
    const ofService = this.made.get(Client) ?? new Map<string, AnyClient>();
    this.made.set(Client, ofService);
    const place = `${region} ${JSON.stringify(more)}`;
    const known = ofService.get(place) as C | undefined;
    if (known) return known;
    const made: C = new Client({ ...this.config(region, () => made.config.serviceId), ...more });
    made.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          calls.run({ operation: commandName.replace(/Command$/, ''), input: args.input }, () => next(args)),
      { step: 'initialize' },
    );
    ofService.set(place, made);
    return made;
  }

  /** @param serviceId as the SDK names the service, known once the client is made. */
  private config(region: string, serviceId: () => string) {
    const pacers = new Pacers(this.clock);
    const draw = () => {
      const { operation = '', input = {} } = calls.getStore() ?? {};
      return pacers.of(drawOf(this.limits.get(serviceId()), operation, input));
    };
    return {
      region,
      requestHandler: this.handler,
      credentials: () => this.credentials(),
      retryStrategy: new DeadlineRetryStrategy(draw, this.clock, this.deadline),
    };
  }
}
