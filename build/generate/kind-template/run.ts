import type { Planned } from '../../../lambda/core/model.ts';
import type { Deed } from '../../../lambda/kinds/kind.ts';
import { actOnEach } from '../../../lambda/kinds/one-by-one.ts';
import type { AcmeWidgetAction, AcmeWidgetFacts } from './facts.ts';

/** Calls under way at once. */
const AT_ONCE = 20;

export const acmeWidgetDeed: Deed<AcmeWidgetFacts, AcmeWidgetAction> = {
  // Yields what is live, a page at a time, from a paginator with `aws.client(…)` and `aws.options`. An id is unique in its
  // region. Where a part cannot be read, yield a Gap for it and go on: one that is refused hides no other.
  async *discover() {},

  // Pure: an action or a skip for each. What is exempt never comes here.
  plan: (found) =>
    found.map(({ kind, scope, id, facts }): Planned<AcmeWidgetAction> => {
      const ref = { kind, scope, id };
      if (facts.state === 'stopped') return { ...ref, skip: 'at-rest', reason: 'it is stopped' };
      return { ...ref, verb: 'stop', before: { state: facts.state } };
    }),

  // One outcome for each action. `gone`: the names of the errors by which the service says that there is no such thing;
  // `transient`: those that another pass may not meet.
  act: (_context, actions) =>
    actOnEach(actions, AT_ONCE, { gone: ['ResourceNotFoundException'] }, async ({ id }) => {
      throw new Error(`no call stops acme-widget ${id}`);
    }),
};
