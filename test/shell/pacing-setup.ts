import { setMaxListeners } from 'node:events';
import type { Pacer } from '../../lambda/shell/calls/pacer.ts';
import { DeadlineRetryStrategy } from '../../lambda/shell/calls/retry.ts';
import type { Clock } from '../../lambda/shell/clock.ts';

/** A run's deadline, with many listeners. */
export function deadline(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

/** The engine's retry strategy for calls of one token. */
export const strategyOf = (pacer: Pacer, clock: Clock, signal: AbortSignal) =>
  new DeadlineRetryStrategy(() => ({ pacer, cost: 1, urgent: false }), clock, signal);
