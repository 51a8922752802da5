import type { HttpRequest } from '@smithy/core/protocols';
import type { HttpHandlerOptions } from '@smithy/types';
import type { Wire } from '../../lambda/shell/calls/clients.ts';
import type { Timeline } from '../time/timeline.ts';
import type { Endpoint } from './endpoint.ts';
import { InProcessHandler } from './in-process-handler.ts';

/** When a run's process dies: with its nth call, before that was sent or after AWS acted on it. */
export interface Death {
  readonly afterCalls: number;
  readonly answered: boolean;
}

/** The wire of one run. When the run is dead nothing is sent any more, and nothing comes back. */
export class MortalHandler implements Wire {
  answered = 0;
  /** Resolves when the run has died. */
  readonly died: Promise<void>;
  readonly #wire: InProcessHandler;
  readonly #death: Death | undefined;
  #die: () => void = () => {};
  #sent = 0;
  #isDead = false;

  constructor(endpoint: Endpoint, timeline: Timeline, death?: Death) {
    this.#wire = new InProcessHandler(endpoint, timeline);
    this.#death = death;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  async handle(request: HttpRequest, { abortSignal }: HttpHandlerOptions = {}) {
    this.#sent += 1;
    const isLast = this.#sent === this.#death?.afterCalls;
    if (this.#isDead || (isLast && !this.#death?.answered)) return this.#nothing();
    // The engine gives the platform's own signal; the SDK's type allows for an older one of its own.
    const answer = await this.#wire.handle(
      request,
      abortSignal ? { abortSignal: abortSignal as AbortSignal } : {},
    );
    if (this.#isDead || isLast) return this.#nothing();
    this.answered += 1;
    return answer;
  }

  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): object {
    return {};
  }

  /** The run dies now. */
  kill(): void {
    this.#isDead = true;
    this.#die();
  }

  #nothing(): Promise<never> {
    this.kill();
    return new Promise(() => {});
  }
}
