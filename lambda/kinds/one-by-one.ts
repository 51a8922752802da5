import { type Action, errorFacts, type Outcome } from '../core/model.ts';
import { asTheyCome } from '../shell/concurrency.ts';
import type { RestoreStep } from './kind.ts';

/** Error codes that mean "it no longer exists", which is no failure, and "try again later". */
export interface Meanings {
  readonly gone?: readonly string[];
  readonly transient?: readonly string[];
}

/** For APIs that take one resource a call: at most `limit` calls at once; yields outcomes as they come. */
export async function* actOnEach<A extends Action>(
  actions: readonly A[],
  limit: number,
  { gone = [], transient = [] }: Meanings,
  change: (action: A) => Promise<unknown>,
): AsyncGenerator<Outcome> {
  const one = async (action: A): Promise<Outcome> => {
    const { kind, scope, id, verb } = action;
    const ref = { kind, scope, id, verb };
    try {
      await change(action);
      return { ...ref, status: 'done' };
    } catch (thrown) {
      const facts = errorFacts(thrown);
      if (gone.includes(facts.code)) return { ...ref, status: 'gone' };
      const again = transient.includes(facts.code) ? { transient: true } : {};
      return { ...ref, status: 'failed', ...facts, ...again };
    }
  };
  for await (const outcomes of asTheyCome(actions, limit, one)) yield* outcomes;
}

/** Restores one after the other; a failure does not stop the others. */
export async function* restoreEach<A extends Action>(
  actions: readonly A[],
  { gone = [] }: Meanings,
  restore: (action: A) => Promise<RestoreStep>,
): AsyncGenerator<RestoreStep> {
  for (const action of actions) {
    try {
      yield await restore(action);
    } catch (thrown) {
      const { code, error } = errorFacts(thrown);
      if (gone.includes(code)) yield { action, status: 'impossible', detail: 'it no longer exists' };
      else yield { action, status: 'failed', detail: error };
    }
  }
}
