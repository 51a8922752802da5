import type { ServiceLimits } from '../../lambda/core/policy/api-limits.ts';
import { DeadlineRetryStrategy, drawOf, Pacers } from '../../lambda/shell/calls/retry.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The parts of an SDK command that matter here. */
export interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

export class Refusal extends Error {
  readonly $metadata = { httpStatusCode: 400 };
  constructor(override readonly name: string) {
    super(name);
  }
}

export class Throttled extends Error {}

/**
 * A deadline that never comes. Node walks through all listeners of a signal for each new one, which would be most of
 * the work while thousands wait.
 */
export const NEVER: AbortSignal = Object.assign(new AbortController().signal, {
  addEventListener: () => {},
  removeEventListener: () => {},
});

/** Sends commands as a client of the engine does: its pacers and retries, 15 to 45 ms each way. */
export class BucketedCalls {
  calls = 0;
  throttled = 0;
  private readonly pacers: Pacers;
  private random = 1;

  constructor(
    private readonly clock: VirtualClock,
    private readonly limits: ServiceLimits | undefined,
    private readonly deadline: AbortSignal,
    /** The service's work, at the moment when the call arrives. */
    private readonly answer: (operation: string, input: object) => object,
  ) {
    this.pacers = new Pacers(clock);
  }

  async send(command: Command): Promise<object> {
    const operation = command.constructor.name.replace(/Command$/, '');
    const draw = this.pacers.of(drawOf(this.limits, operation, command.input));
    const strategy = new DeadlineRetryStrategy(() => draw, this.clock, this.deadline);
    let token = await strategy.acquireInitialRetryToken();
    while (true) {
      await this.clock.sleep(this.oneWayMs());
      this.calls += 1;
      const outcome = this.answerTo(operation, command.input);
      await this.clock.sleep(this.oneWayMs());
      if (!(outcome instanceof Error)) {
        strategy.recordSuccess(token);
        return outcome;
      }
      const errorType = outcome instanceof Throttled ? 'THROTTLING' : 'CLIENT_ERROR';
      if (errorType === 'THROTTLING') this.throttled += 1;
      const again = await strategy.refreshRetryTokenForRetry(token, { errorType }).catch(() => undefined);
      if (!again) throw outcome;
      token = again;
    }
  }

  private answerTo(operation: string, input: object): object {
    try {
      return this.answer(operation, input);
    } catch (thrown) {
      return thrown as Error;
    }
  }

  private oneWayMs(): number {
    this.random = (this.random * 48_271) % 2_147_483_647;
    return 15 + (this.random % 30);
  }
}
