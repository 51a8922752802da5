import type { Action, Facts, Gap, Outcome, Planned, Resource, Scope } from '../core/model.ts';
import type { Descriptor } from '../core/policy/descriptor.ts';
import type { PlanContext } from '../core/policy/policy.ts';
import type { LearnedPrices } from '../core/prices/learned-prices.ts';
import type { Price } from '../core/prices/prices.ts';
import type { Aws } from '../shell/calls/aws.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import type { Learning } from '../shell/sources/prices.ts';

/** What `act` may use beside AWS: a way to record further changes before it makes them. */
export interface ActContext {
  readonly aws: Aws;
  /**
   * Durable before it resolves; called by `act` for changes the plan could not expectSpend (lifting a protection).
   * @throws ExemptError when something of it is exempt: then nothing of it may be changed.
   */
  intend(actions: readonly Action[]): Promise<void>;
}

/**
 * What talks to AWS for a kind; loaded when it is needed.
 * @typeParam A its actions. @typeParam P those that its plan makes: its own, and those of kinds that it brings.
 */
export interface Deed<F extends Facts = Facts, A extends Action = Action, P extends Action = A> {
  /**
   * Only live things, a page at a time; what counts as live depends on what will be done here. What belongs together
   * (a user's keys) comes in one page. What was yielded before an error is kept; the error becomes a gap.
   */
  discover?(aws: Aws, verb: 'stop' | 'terminate'): AsyncIterable<readonly Resource<F>[] | Gap>;
  /** A cheaper listing of what bills, for the tripwire; `discover` where absent. */
  look?(aws: Aws): AsyncIterable<readonly Resource<F>[] | Gap>;
  /** Pure. Every resource becomes an action or a skip; derived actions (an owner's deny) may be added. */
  plan?(resources: readonly Resource<F>[], context: PlanContext): Planned<P>[];
  /** Bulk where the API is bulk. Yields one outcome per action; throws only what it could not attribute. */
  act(context: ActContext, actions: readonly A[]): AsyncIterable<Outcome>;
}

export interface RestoreStep {
  readonly action: Action;
  readonly status: 'restored' | 'unchanged' | 'impossible' | 'failed';
  readonly detail: string;
}

/** What AWS says now of something that comes back only when a person names it. */
export interface Inspection {
  readonly id: string;
  /** Undefined when it cannot be said. */
  readonly active?: boolean;
  /** A row for people. */
  readonly row: readonly string[];
  /** The same for programs. */
  readonly document: Facts;
}

/** What puts back; loaded by a restore alone. */
export interface Undo<A extends Action = Action> {
  /** Puts back what `actions` changed, after a look at the live state. May be repeated. */
  restore(aws: Aws, actions: readonly A[], dryRun: boolean): AsyncIterable<RestoreStep>;
  /** Of changes that come back only when named; what cannot be read is said in the row. Never rejects. */
  inspect?(aws: Aws, actions: readonly A[], now: number): Promise<Inspection[]>;
}

/** What things cost, and how to find out more; loaded by the tripwire alone. */
export interface PriceList {
  /** US dollars an hour of one; always answers, upwards where it does not know. */
  priceOf(priceKey: string, region: Scope, learned?: LearnedPrices): Price;
  /** Asks AWS for prices that are only guessed, `atMost` of them. Never rejects. */
  learn?(
    clients: Clients,
    clock: Clock,
    wanted: readonly { readonly priceKey: string; readonly region: Scope }[],
    known: LearnedPrices,
    atMost: number,
  ): Promise<Learning>;
}

/** A type of resource that we can contain: its descriptor, and how the rest of it is loaded. */
export interface Kind<F extends Facts = Facts> extends Descriptor<F> {
  load(): Promise<Deed<F>>;
  loadUndo?(): Promise<Undo>;
  loadPrices?(): Promise<PriceList>;
}

/** Of a kind that is not needed before the first stop: only this is loaded with the engine. */
export interface LaterKind extends Pick<Kind, 'name' | 'scope' | 'after'> {
  loadKind(): Promise<Kind>;
}

export type RegisteredKind = Kind | LaterKind;

/** Checks a kind's literal: its facts are those that its schema names. */
export const defineKind = <F extends Facts>(kind: Kind<F>): Kind => kind;

export const isHere = (kind: RegisteredKind): kind is Kind => !('loadKind' in kind);

/** The whole of each kind, in the same order, without those whose code cannot be loaded. Never rejects. */
export async function loadKinds(kinds: readonly RegisteredKind[]): Promise<Kind[]> {
  const loaded = await Promise.allSettled(kinds.map((kind) => (isHere(kind) ? kind : kind.loadKind())));
  return loaded.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}
