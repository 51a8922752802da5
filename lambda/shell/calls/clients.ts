import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import type { HttpHandler } from '@smithy/core/protocols';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type {
  AwsCredentialIdentity,
  DeserializeHandler,
  FinalizeHandler,
  HandlerExecutionContext,
  InitializeHandler,
} from '@smithy/types';
import type { ServiceLimits } from '../../core/policy/api-limits.ts';
import { GLOBAL_REGION } from '../../core/regions.ts';
import type { Clock } from '../clock.ts';
import { unlessAborted } from '../time-limit.ts';
import { type AnsweredClient, onlyFromAws } from './answers.ts';
import { DeadlineRetryStrategy, drawOf, Pacers } from './retry.ts';

/** The connection to AWS. A simulated account in the same process brings its own. */
export interface Wire extends HttpHandler<object> {
  /** HTTP answers so far, of any status: none means no network, not one broken service. */
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

const SAME_TIME_MS = 5_000;

export type ClientConfig = ReturnType<Clients['config']>;

/** A connection takes at most so long. */
export const CONNECTION_MS = 3_000;
/** How many connections stand at once to a host, and that they are kept. */
export const POOL = { maxSockets: 500, keepAlive: true };

/** @param agents where the calls do not go straight to AWS: each keeps to `POOL`. */
export const overHttp = (agents: Pick<NodeHttpHandlerOptions, 'httpAgent' | 'httpsAgent'> = {}): Wire =>
  new CountingHandler({
    connectionTimeout: CONNECTION_MS,
    requestTimeout: 10_000,
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
    httpsAgent: POOL,
    httpAgent: POOL,
    ...agents,
  });

/** The running call. The SDK does not pass it to the retry strategy. */
interface Call {
  readonly operation: string;
  readonly input: unknown;
}

/** One storage for all clients: up to Node.js 22, each further one makes every promise slower. */
const calls = new AsyncLocalStorage<Call>();

/** What somebody who listens to a client's calls needs of it. */
export interface ListenedClient {
  readonly config: { readonly serviceId: string };
  readonly middlewareStack: {
    add(middleware: Middleware, options: { step: 'initialize' }): void;
    add(middleware: AnswerMiddleware, options: { step: 'deserialize'; priority: 'low' }): void;
    add(middleware: AttemptMiddleware, options: { step: 'finalizeRequest'; priority: 'low' }): void;
  };
}
/** What all clients of the SDK have in common. */
export interface AnyClient extends AnsweredClient, ListenedClient {
  readonly config: AnsweredClient['config'] & ListenedClient['config'];
}
/** Its class, e.g. `EC2Client`. */
export type ClientClass<C extends AnyClient> = new (config: ClientConfig) => C;
type Middleware = <I extends object, O extends object>(
  next: InitializeHandler<I, O>,
  context: HandlerExecutionContext,
) => InitializeHandler<I, O>;
type AttemptMiddleware = <I extends object, O extends object>(
  next: FinalizeHandler<I, O>,
  context: HandlerExecutionContext,
) => FinalizeHandler<I, O>;
type AnswerMiddleware = <I extends object, O extends object>(
  next: DeserializeHandler<I, O>,
  context: HandlerExecutionContext,
) => DeserializeHandler<I, O>;

/**
 * One client for each service and region, one pacer for each of its token buckets; one connection pool and
 * one credential look-up for all. An attempt takes at most 10 s (`requestTimeout` alone would only warn), a
 * connection 3 s.
 */
export class Clients {
  private readonly made = new Map<ClientClass<AnyClient>, Map<string, AnyClient>>();
  private readonly limits = new Map<string, ServiceLimits>();
  private readonly first: STSClient;
  private difference = 0;

  constructor(
    readonly clock: Clock,
    readonly deadline: AbortSignal,
    private readonly handler: Wire = overHttp(),
    /** More configuration of the client whose provider chain finds the credentials; it makes no other call. */
    lookUp: STSClientConfig = {},
    /** Is told of each client as it is made, e.g. to listen to its calls. */
    private readonly onMade?: (client: ListenedClient, region: string) => void,
  ) {
    this.first = new STSClient({ region: GLOBAL_REGION, requestHandler: handler, ...lookUp });
    // Every call and every wait of a run listens to this signal: without this, Node.js warns of a leak.
    setMaxListeners(0, deadline);
  }

  /** Second argument of every `send`: the run's deadline ends the call, also one that waits for its turn. */
  get options(): { abortSignal: AbortSignal } {
    return { abortSignal: this.deadline };
  }

  /** HTTP answers received so far, whatever their status. */
  get answered(): number {
    return this.handler.answered;
  }

  /**
   * How far AWS's clock is ahead of ours, in ms; negative when ours is ahead. 0 before the first answer, and for a
   * difference that the time of a call could explain: a `Date` header is exact to the second.
   */
  get aheadMs(): number {
    return Math.abs(this.difference) < SAME_TIME_MS ? 0 : this.difference;
  }

  private noteTime(awsTime: number): void {
    this.difference = awsTime - this.clock.now();
  }

  credentials(): Promise<AwsCredentialIdentity> {
    return this.first.config.credentials();
  }

  /** From now on, calls to these services respect their documented limits. Each kind brings its own. */
  useLimits(limits: readonly ServiceLimits[]): void {
    for (const each of limits) this.limits.set(each.service, each);
  }

  /**
   * The one client of a service in a region. The caller passes the class, so that a service's code is loaded
   * only with the code that needs it.
   * @param more extra configuration, e.g. the journal's. Each configuration has its own client.
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
          calls
            .run({ operation: commandName.replace(/Command$/, ''), input: args.input }, () => next(args))
            .catch((thrown: Error) => {
              throw this.endOf(thrown);
            }),
      { step: 'initialize' },
    );
    // Low priority: nearest to the wire, before the SDK reads the answer.
    made.middlewareStack.add(
      onlyFromAws(made, (at) => this.noteTime(at)),
      { step: 'deserialize', priority: 'low' },
    );
    this.onMade?.(made, region);
    ofService.set(place, made);
    return made;
  }

  /** Of a call that the run's end has cut off the SDK says "Request aborted"; that end knows why: time ran out, a signal. */
  private endOf(thrown: Error): Error {
    return thrown.name === 'AbortError' && this.deadline.aborted ? (this.deadline.reason as Error) : thrown;
  }

  /** @param serviceId the SDK's name of the service; known only when the client is made. */
  private config(region: string, serviceId: () => string) {
    const pacers = new Pacers(this.clock);
    const draw = () => {
      const { operation = '', input = {} } = calls.getStore() ?? {};
      return pacers.of(drawOf(this.limits.get(serviceId()), operation, input));
    };
    return {
      region,
      requestHandler: this.handler,
      // The SDK hears no abort signal while it waits for credentials: without this, such a call would never end.
      credentials: () => unlessAborted(this.credentials(), this.deadline),
      retryStrategy: new DeadlineRetryStrategy(draw, this.clock, this.deadline),
    };
  }
}
