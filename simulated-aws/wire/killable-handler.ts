import type { HttpHandler, HttpRequest } from '@smithy/core/protocols';
import type { HttpHandlerOptions } from '@smithy/types';
import type { Timeline } from '../time/timeline.ts';
import type { Endpoint } from './endpoint.ts';
import { InProcessHandler } from './in-process-handler.ts';

/** Where a run's process is killed: at its nth call, before that was sent or after AWS acted on it. */
export interface KillPoint {
  readonly afterCalls: number;
  readonly answered: boolean;
}

/** An SDK `requestHandler` for one run. Once the run is killed nothing is sent any more, and nothing comes back. */
export class KillableHandler implements HttpHandler<object> {
  /** HTTP answers so far, of any status. */
  answered = 0;
  /** Resolves when the run is killed. */
  readonly killed: Promise<void>;
  readonly #handler: InProcessHandler;
  readonly #killPoint: KillPoint | undefined;
  #resolveKilled: () => void = () => {};
  #sent = 0;
  #isKilled = false;

  constructor(endpoint: Endpoint, timeline: Timeline, killPoint?: KillPoint) {
    this.#handler = new InProcessHandler(endpoint, timeline);
    this.#killPoint = killPoint;
    this.killed = new Promise((resolve) => {
      this.#resolveKilled = resolve;
    });
  }

  async handle(request: HttpRequest, { abortSignal }: HttpHandlerOptions = {}) {
    this.#sent += 1;
    const isLast = this.#sent === this.#killPoint?.afterCalls;
    if (this.#isKilled || (isLast && !this.#killPoint?.answered)) return this.#nothing();
    // Callers give the platform's own signal; the SDK's type allows for an older one of its own.
    const answer = await this.#handler.handle(
      request,
      abortSignal ? { abortSignal: abortSignal as AbortSignal } : {},
    );
    if (this.#isKilled || isLast) return this.#nothing();
    this.answered += 1;
    return answer;
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }

  /** Kills the run now. */
  kill(): void {
    this.#isKilled = true;
    this.#resolveKilled();
  }

  #nothing(): Promise<never> {
    this.kill();
    return new Promise(() => {});
  }
}
