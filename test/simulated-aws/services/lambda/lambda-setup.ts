import { Random } from '../../../../simulated-aws/core/random.ts';
import type { CallContext } from '../../../../simulated-aws/core/service.ts';
import { Iam } from '../../../../simulated-aws/services/iam/iam.ts';
import { ChildHost } from '../../../../simulated-aws/services/lambda/child-host.ts';
import type { LambdaContext } from '../../../../simulated-aws/services/lambda/function-runs.ts';
import { Functions } from '../../../../simulated-aws/services/lambda/functions.ts';
import type {
  FunctionDefinition,
  FunctionHost,
  Outcome,
} from '../../../../simulated-aws/services/lambda/simulated-function.ts';
import { Conductor } from '../../../../simulated-aws/time/conductor.ts';
import { TimeServer } from '../../../../simulated-aws/time/time-server.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';

export const START = Date.UTC(2026, 0, 31);
export const ACCOUNT = '111122223333';
export const COLD_START_MS = 400;

export const definition: FunctionDefinition = {
  arn: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:engine`,
  role: `arn:aws:iam::${ACCOUNT}:role/engine-role`,
  region: 'eu-west-1',
  timeoutSeconds: 900,
  memoryMb: 512,
  environment: { VARIABLE: 'value' },
  root: new URL('fixtures/asset', import.meta.url).pathname,
  handler: 'index.handler',
  codeSha256: 'Zm9v',
};

/** What a run does, in this order; the fixture's code and `scriptedHost` both read it. */
export interface Script {
  readonly sleepMs?: number;
  /** A TypeError with this message. */
  readonly fail?: string;
}

/** Runs what the event says on the timeline, without any process. */
const scriptedHost = (timeline: Timeline): FunctionHost => ({
  run(_, { requestId, event }) {
    const { sleepMs = 0, fail } = event as Script;
    let end: (outcome: Outcome) => void = () => {};
    const ended = new Promise<Outcome>((resolve) => {
      end = resolve;
    });
    const log = [`run ${requestId}`];
    const outcome = fail ? { error: { errorType: 'TypeError', errorMessage: fail } } : { payload: {} };
    const cancel = timeline.after(sleepMs, () => end({ ...outcome, log }));
    const kill = () => {
      cancel();
      end({ error: { errorType: 'Runtime.ExitError', errorMessage: 'killed' }, log });
    };
    return { ended, kill };
  },
});

/** Lambda with the function `engine`. */
export class LambdaSetup {
  readonly conductor: Conductor;
  readonly functions: Functions;
  readonly iam: Iam;

  private constructor(
    readonly timeline: Timeline,
    host: FunctionHost,
    /** Ends the child processes. */
    readonly stop: () => Promise<void>,
    context: Partial<LambdaContext> = {},
  ) {
    this.conductor = new Conductor(timeline);
    this.iam = new Iam(timeline, new Random(1), ACCOUNT);
    this.iam.createRole('engine-role');
    this.functions = new Functions({ timeline, accountId: ACCOUNT, iam: this.iam, ...context });
    this.functions.host = host;
    this.functions.create('engine', definition);
  }

  /** Runs do on the timeline what their event says. */
  static scripted(context: Partial<LambdaContext> = {}): LambdaSetup {
    const timeline = new Timeline(START);
    const setup = new LambdaSetup(timeline, scriptedHost(timeline), async () => {}, context);
    setup.conductor.join({ nextWake: undefined, quiet: turn, advanceTo: () => {} });
    return setup;
  }

  /** Runs are child processes. */
  static async inChildren(): Promise<LambdaSetup> {
    const timeServer = await TimeServer.start(new Timeline(START));
    const host = new ChildHost({ timeServer, endpoint: 'http://127.0.0.1:9' });
    const setup = new LambdaSetup(timeServer.timeline, host, () => timeServer.stop());
    setup.conductor.join(timeServer);
    return setup;
  }

  get now(): number {
    return this.timeline.now() - START;
  }

  get context(): CallContext {
    const principal = { kind: 'root', name: 'root', arn: '', accessKeyId: '' } as const;
    return { region: 'eu-west-1', principal, now: this.timeline.now() };
  }

  /** Until nothing runs and no event waits. */
  async idle(): Promise<void> {
    await this.conductor.runUntil(this.functions.idle());
  }
}

/** One turn of the event loop, in which the callbacks of resolved promises run. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
