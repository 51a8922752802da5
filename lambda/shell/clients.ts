import { setMaxListeners } from 'node:events';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentity } from '@smithy/types';
import { type Clock, Pacer } from './pacer.ts';
import { DeadlineRetryStrategy } from './retry.ts';

/** IAM, Budgets, Cost Explorer and the stack's home live here. */
export const GLOBAL_REGION = 'us-east-1';

/** Counts answers of any status, so that "no network at all" can be told from "one service is down". */
class CountingHandler extends NodeHttpHandler {
  answered = 0;
  override async handle(...args: Parameters<NodeHttpHandler['handle']>) {
    const answer = await super.handle(...args);
    this.answered += 1;
    return answer;
  }
}

export type ClientConfig = ReturnType<Clients['config']>;

/**
 * One client, one pacer per service and region; one connection pool and one credential lookup for all.
 * An attempt takes at most 10 s (`requestTimeout` alone would only warn), a connection 3 s.
 */
export class Clients {
  private readonly handler = new CountingHandler({
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    socketTimeout: 10_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 500, keepAlive: true },
    httpAgent: { maxSockets: 500, keepAlive: true },
  });
  private readonly made = new Map<string, unknown>();
  private readonly first = new STSClient({ region: GLOBAL_REGION, requestHandler: this.handler });

  constructor(
    private readonly clock: Clock,
    readonly deadline: AbortSignal,
  ) {
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
  get<C>(service: string, region: string, make: (config: ClientConfig) => C): C {
    const key = `${service}/${region}`;
    const made = (this.made.get(key) as C | undefined) ?? make(this.config(region));
    this.made.set(key, made);
    return made;
  }

  private config(region: string) {
    return {
      region,
      requestHandler: this.handler,
      credentials: () => this.credentials(),
      retryStrategy: new DeadlineRetryStrategy(new Pacer(this.clock), this.clock, this.deadline),
    };
  }
}
