import type { Undo } from '../../../lambda/kinds/kind.ts';
import { restoreEach } from '../../../lambda/kinds/one-by-one.ts';
import type { AcmeWidgetAction } from './facts.ts';

/** What it gives back, and in which state a person finds it then. */
export const acmeWidgetUndo: Undo<AcmeWidgetAction> = {
  // Looks at the live state first: `unchanged` when nothing is to do. A dry run looks, and changes nothing.
  restore: (_aws, actions, _dryRun) =>
    restoreEach(actions, { gone: ['ResourceNotFoundException'] }, async (action) => ({
      action,
      status: 'failed',
      detail: `no call puts acme-widget ${action.id} back`,
    })),
};
