import { defineKind } from '../../../lambda/kinds/kind.ts';
import { acmeWidgetBefore, acmeWidgetFacts } from './facts.ts';

/** What it bills or whom it lets in, and why it is contained in this way. All fields: lambda/core/policy/descriptor.ts. */
export const acmeWidget = defineKind({
  name: 'acme-widget',
  // For people who never saw this code, in the plural.
  title: 'acme widgets',
  scope: 'regional',
  facts: acmeWidgetFacts,
  // IAM actions that `discover` in run.ts needs, each by its exact name: `{ action: '…' }`.
  discover: [],
  // What can be done to it, by a name from lambda/core/model.ts.
  verbs: {
    stop: {
      // IAM actions that `act` needs for this verb.
      grants: [],
      // What the journal must hold so that restore.ts can undo it. An intruder may edit it: what does not fit is refused.
      before: acmeWidgetBefore,
      words: {
        done: ['acme widget stopped', 'acme widgets stopped'],
        putBack: ['acme widget', 'acme widgets'],
      },
    },
  },
  // IAM actions that restore.ts needs.
  restore: [],
  // Which ARNs are of this kind, and the part of one that is its id: so that its owner can exempt it.
  exempt: {
    arn: { service: 'acme', idOf: (resource) => /^widget\/(.+)$/.exec(resource)?.[1] },
  },
  // What else of this service bills or lets somebody in. The first kind of a service takes its name off every report's
  // list of what was not examined: say here what is still missing.
  notReached: [],
  // Loaded when it is needed: its code must not delay the first stop.
  load: async () => (await import('./run.ts')).acmeWidgetDeed,
  loadUndo: async () => (await import('./restore.ts')).acmeWidgetUndo,
});
