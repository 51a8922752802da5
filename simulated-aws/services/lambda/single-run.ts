import type { Timeline } from '../../time/timeline.ts';
import type { Attempt, FunctionHost, HostedRun, Outcome, SimulatedFunction } from './simulated-function.ts';

/** One run of a function's code. `kill` ends it as if its machine failed. */
export interface RunUnderWay {
  readonly requestId: string;
  readonly ended: Promise<Attempt>;
  kill(): void;
}

/**
 * Runs a function's code once: a cold start, then the host, which ends at the function's timeout. The bill counts from
 * the start, with the initialization. Source: Lambda developer guide, "Understanding the Lambda execution environment
 * lifecycle".
 */
export function runOnce(
  timeline: Timeline,
  host: FunctionHost,
  deployed: SimulatedFunction,
  invocation: Parameters<FunctionHost['run']>[1],
  coldStartMs: number,
): RunUnderWay {
  const { requestId } = invocation;
  const startedAt = timeline.now();
  let hosted: HostedRun | undefined;
  let end: (outcome: Outcome) => void = () => {};
  const outcome = new Promise<Outcome>((resolve) => {
    end = resolve;
  });
  const cancelStart = timeline.after(coldStartMs, () => {
    hosted = host.run(deployed, invocation);
    cancelTimeout = timeline.after(deployed.timeoutSeconds * 1000, () => {
      verdict = timedOut(requestId, deployed.timeoutSeconds);
      hosted?.kill();
    });
    hosted.ended.then(end, (thrown: unknown) => end(failure('Runtime.Unknown', String(thrown))));
  });
  let cancelTimeout = () => {};
  let verdict: Outcome['error'];
  const ended = outcome.then(({ error, ...rest }): Attempt => {
    cancelTimeout();
    const endedAt = timeline.now();
    const told = verdict ?? error;
    return {
      ...(told ? { ...withoutPayload(rest), error: told } : rest),
      requestId,
      startedAt,
      endedAt,
      billedMs: Math.ceil(endedAt - startedAt),
    };
  });
  const kill = () => {
    if (hosted) return hosted.kill();
    cancelStart();
    end(
      failure(
        'Runtime.ExitError',
        `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
      ),
    );
  };
  return { requestId, ended, kill };
}

const failure = (errorType: string, errorMessage: string): Outcome => ({
  error: { errorType, errorMessage },
  log: [],
});

const timedOut = (requestId: string, seconds: number) => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds}.00 seconds`,
});

const withoutPayload = ({ payload: _, ...rest }: Outcome): Outcome => rest;
