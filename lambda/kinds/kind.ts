import type { Action, Facts, Gap, Outcome, Planned, Resource, Scope } from '../core/model.ts';
import type { Descriptor } from '../core/policy/descriptor.ts';
import type { PlanContext } from '../core/policy/policy.ts';
import type { LearnedPrices } from '../core/prices/learned-prices.ts';
import type { Price } from '../core/prices/prices.ts';
import type { Aws } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import type { Learning } from '../shell/sources/prices.ts';

/** What `act` may use: AWS, and a way to journal further changes before it makes them. */
export interface ActContext {
  readonly aws: Aws;
  /**
   * Journals changes that the plan could not know (lifting a protection). Resolves when they are durable.
   * @throws ExemptError when one of them is exempt: then none of them may be made.
   */
  intend(actions: readonly Action[]): Promise<void>;
  /** The settings allow to end what cannot be stopped, although data stored in it is lost. */
  readonly mayLoseState: boolean;
}

/**
 * The part of a kind that calls AWS; loaded when it is needed.
 * @typeParam A its actions. @typeParam P the actions of its plan: its own, and those of kinds that it brings.
 */
export interface Deed<F extends Facts = Facts, A extends Action = Action, P extends Action = A> {
  /**
   * Only live resources, a page at a time; what counts as live depends on `verb`. Resources that belong
   * together (a user's keys) come in one page. Pages before an error are kept; the error becomes a gap.
   */
  discover?(aws: Aws, verb: 'stop' | 'terminate'): AsyncIterable<readonly Resource<F>[] | Gap>;
  /** A cheaper listing of what bills, for the tripwire; `discover` if absent. */
  look?(aws: Aws): AsyncIterable<readonly Resource<F>[] | Gap>;
  /** Pure. Every resource becomes an action or a skip; it may add actions on owners (a user's deny). */
  plan?(resources: readonly Resource<F>[], context: PlanContext): Planned<P>[];
  /** Bulk where the API is bulk. Yields an outcome for each action; throws only errors that fit none. */
  act(context: ActContext, actions: readonly A[]): AsyncIterable<Outcome>;
}

export interface RestoreStep {
  readonly action: Action;
  readonly status: 'restored' | 'unchanged' | 'impossible' | 'failed';
  readonly detail: string;
}

/** What AWS says now about a resource that comes back only when a person names it. */
export interface Inspection {
  readonly id: string;
  /** Undefined when it could not be read. */
  readonly active?: boolean;
  /** A row for people. */
  readonly row: readonly string[];
  /** The same for programs. */
  readonly document: Facts;
}

/** The undo of a kind; only a restore loads it. */
export interface Undo<A extends Action = Action> {
  /** Undoes `actions` after a look at the live state. Safe to repeat. */
  restore(aws: Aws, actions: readonly A[], dryRun: boolean): AsyncIterable<RestoreStep>;
  /** For changes that come back only when named. An error is in its row. Never rejects. */
  inspect?(aws: Aws, actions: readonly A[], now: number): Promise<Inspection[]>;
}

/** The prices of a kind; only the tripwire loads them. */
export interface PriceList {
  /** US dollars an hour of one unit. Always answers; an unknown price is estimated upwards. */
  priceOf(priceKey: string, region: Scope, learned?: LearnedPrices): Price;
  /** Asks AWS for prices that are only estimated, at most `atMost` of them. Never rejects. */
  learn?(
    clients: Clients,
    clock: Clock,
    wanted: readonly { readonly priceKey: string; readonly region: Scope }[],
    known: LearnedPrices,
    atMost: number,
  ): Promise<Learning>;
}

/** A type of resource that we can contain: its descriptor, and loaders of its other parts. */
export interface Kind<F extends Facts = Facts> extends Descriptor<F> {
  load(): Promise<Deed<F>>;
  loadUndo?(): Promise<Undo>;
  loadPrices?(): Promise<PriceList>;
}

/** A kind that is not needed before the first stop: only this part is loaded with the engine. */
export interface LaterKind extends Pick<Kind, 'name' | 'scope' | 'after'> {
  loadKind(): Promise<Kind>;
}

export type RegisteredKind = Kind | LaterKind;

/** Type-checks a kind's literal: its facts must match its schema. */
export const defineKind = <F extends Facts>(kind: Kind<F>): Kind => kind;

export const isLoaded = (kind: RegisteredKind): kind is Kind => !('loadKind' in kind);

/** Loads all kinds, in the same order. Leaves out those whose code cannot be loaded. Never rejects. */
export async function loadKinds(kinds: readonly RegisteredKind[]): Promise<Kind[]> {
  const loaded = await Promise.allSettled(kinds.map((kind) => (isLoaded(kind) ? kind : kind.loadKind())));
  return loaded.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}
