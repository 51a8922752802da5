import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import type { HttpHandler } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity, HandlerExecutionContext, InitializeHandler } from '@smithy/types';
import type { Clock } from './clock.ts';
import { Lanes } from './lanes.ts';
import { DeadlineRetryStrategy } from './retry.ts';

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
interface AnyClient {
  readonly middlewareStack: { add(middleware: Middleware, options: { step: 'initialize' }): void };
}
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
  private readonly made = new Map<string, unknown>();
  private readonly first: STSClient;

  constructor(
    private readonly clock: Clock,
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

  ec2 = (region: string): EC2Client => this.get('ec2', region, (config) => new EC2Client(config));
  autoScaling = (region: string): AutoScalingClient =>
    this.get('autoscaling', region, (config) => new AutoScalingClient(config));
  iam = (): IAMClient => this.get('iam', GLOBAL_REGION, (config) => new IAMClient(config));
  sts = (region: string): STSClient => this.get('sts', region, (config) => new STSClient(config));

  /** One cached client; services that are not needed before the first stop are imported by their callers. */
  get<C extends AnyClient>(service: string, region: string, make: (config: ClientConfig) => C): C {
    const key = `${service}/${region}`;
    const known = this.made.get(key) as C | undefined;
    if (known) return known;
    const made = make(this.config(service, region));
    made.middlewareStack.add(
      (next, { commandName = '' }) =>
        (args) =>
          calls.run({ operation: commandName.replace(/Command$/, ''), input: args.input }, () => next(args)),
      { step: 'initialize' },
    );
    this.made.set(key, made);
    return made;
  }

  private config(service: string, region: string) {
    const lanes = new Lanes(this.clock, service);
    const lane = () => {
      const { operation = '', input = {} } = calls.getStore() ?? {};
      return lanes.of(operation, input);
    };
    return {
      region,
      requestHandler: this.handler,
      credentials: () => this.credentials(),
      retryStrategy: new DeadlineRetryStrategy(lane, this.clock, this.deadline),
    };
  }
}
