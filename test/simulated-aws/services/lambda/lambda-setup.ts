import { fileURLToPath } from 'node:url';
import { Random } from '../../../../simulated-aws/core/random.ts';
import type { CallContext } from '../../../../simulated-aws/core/service.ts';
import { Iam } from '../../../../simulated-aws/services/iam/iam.ts';
import { ChildHost, type ChildHostOptions } from '../../../../simulated-aws/services/lambda/child-host.ts';
import type { LambdaContext } from '../../../../simulated-aws/services/lambda/function-runs.ts';
import { Functions } from '../../../../simulated-aws/services/lambda/functions.ts';
import type { FunctionDefinition } from '../../../../simulated-aws/services/lambda/simulated-function.ts';
import { Conductor } from '../../../../simulated-aws/time/conductor.ts';
import { TimeServer } from '../../../../simulated-aws/time/time-server.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';

export const START = Date.UTC(2026, 0, 31);
export const ACCOUNT = '111122223333';
export const COLD_START_MS = 400;

const root = fileURLToPath(new URL('fixtures/asset', import.meta.url));

export const definition: FunctionDefinition = {
  arn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:engine`,
  role: `arn:aws:iam::${ACCOUNT}:role/engine-role`,
  region: 'eu-west-1',
  timeoutSeconds: 900,
  memoryMb: 512,
  environment: { VARIABLE: 'value' },
  root,
  handler: 'index.handler',
  codeSha256: 'Zm9v',
};

/** Lambda with the function `engine`, whose code runs in child processes. */
export class LambdaInTime {
  readonly timeline: Timeline;
  readonly conductor: Conductor;
  readonly functions: Functions;
  readonly iam: Iam;

  private constructor(
    readonly timeServer: TimeServer,
    context: Partial<LambdaContext>,
    host: Partial<ChildHostOptions>,
  ) {
    this.timeline = timeServer.timeline;
    this.conductor = new Conductor(this.timeline);
    this.conductor.join(timeServer);
    this.iam = new Iam(this.timeline, new Random(1), ACCOUNT);
    this.iam.createRole('engine-role');
    this.functions = new Functions({
      timeline: this.timeline,
      accountId: ACCOUNT,
      iam: this.iam,
      ...context,
    });
    this.functions.host = new ChildHost({ timeServer, endpoint: 'http://127.0.0.1:9', ...host });
    this.functions.create('engine', definition);
  }

  static async start(
    context: Partial<LambdaContext> = {},
    host: Partial<ChildHostOptions> = {},
  ): Promise<LambdaInTime> {
    return new LambdaInTime(await TimeServer.start(new Timeline(START)), context, host);
  }

  get now(): number {
    return this.timeline.now() - START;
  }

  get context(): CallContext {
    const principal = { kind: 'root', name: 'root', arn: '', accessKeyId: '' } as const;
    return { region: 'eu-west-1', principal, now: this.timeline.now() };
  }

  async idle(): Promise<void> {
    await this.conductor.runUntil(this.functions.idle());
  }
}
