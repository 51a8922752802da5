import type { Deed } from '../../lambda/kinds/kind.ts';
import { actOnEach } from '../../lambda/kinds/one-by-one.ts';
import type { AcmeWidgetAction, AcmeWidgetFacts } from './facts.ts';

/** Calls under way at once. */
const AT_ONCE = 20;

export const acmeWidgetDeed: Deed<AcmeWidgetFacts, AcmeWidgetAction> = {
  // Yields what is live, a page at a time, from a paginator with `aws.client(…)` and `aws.options`.
  async *discover() {},

  // Pure: an action or a skip for each. What is exempt never comes here.
  plan: (found) =>
    found.map(({ kind, scope, id, facts }) => ({ kind, scope, id, verb: 'stop', before: facts })),

  // One outcome for each action. `gone`: the name of the error by which the service says that there is no such thing.
  act: (_context, actions) =>
    actOnEach(actions, AT_ONCE, { gone: ['ResourceNotFoundException'] }, async ({ id }) => {
      throw new Error(`no call stops acme-widget ${id}`);
    }),
};
