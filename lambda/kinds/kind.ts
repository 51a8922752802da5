import type { Meter } from '../core/meter.ts';
import type { Action, Gap, Outcome, Planned, Resource } from '../core/model.ts';
import type { Permissions } from '../core/permissions.ts';
import type { PlanContext } from '../core/policy.ts';
import type { Aws } from '../shell/aws.ts';

/** What `act` may use beside AWS: a way to record further changes before it makes them. */
export interface ActContext {
  readonly aws: Aws;
  /** Durable before it resolves; called by `act` for changes the plan could not foresee (lifting a protection). */
  intend(actions: readonly Action[]): Promise<void>;
}

export interface RestoreStep {
  readonly action: Action;
  readonly status: 'restored' | 'unchanged' | 'impossible' | 'failed';
  readonly detail: string;
}

/** A type of resource that we can contain. One object literal per file; the array in index.ts is the order. */
export interface Kind {
  readonly name: string;
  readonly title: string;
  readonly scope: 'global' | 'regional';
  readonly permissions: Permissions;
  /**
   * Only live things, a page at a time; what counts as live depends on what will be done here. What was yielded
   * before an error is kept; the error becomes a gap.
   */
  discover?(aws: Aws, verb: 'stop' | 'terminate'): AsyncIterable<readonly Resource[] | Gap>;
  /** For what bills by the hour: what for, and since when. Pure. */
  meter?(resource: Resource): Meter;
  /** Pure. Every resource becomes an action or a skip; derived actions (an owner's deny) may be added. */
  plan?(resources: readonly Resource[], context: PlanContext): Planned[];
  /** Bulk where the API is bulk. Yields one outcome per action; throws only what it could not attribute. */
  act(context: ActContext, actions: readonly Action[]): AsyncIterable<Outcome>;
  /** Puts back what `actions` changed, after a look at the live state. May be repeated. Loaded when it is needed. */
  restore(aws: Aws, actions: readonly Action[], dryRun: boolean): AsyncIterable<RestoreStep>;
}
