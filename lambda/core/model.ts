/**
 * The engine's vocabulary as plain data: everything here can be journaled, shown and compared.
 * See ARCHITECTURE.md for how a run moves through it.
 */
export type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };
export type Facts = { [key: string]: Json };

/** Where resources live: `global` (IAM) or one region's name. */
export type Scope = string;
export const GLOBAL: Scope = 'global';

export type Mode = 'stop' | 'terminate' | 'dry-run';

export interface ResourceRef {
  readonly kind: string;
  readonly scope: Scope;
  readonly id: string;
}

/** One live thing that bills, launches, or lets somebody in. */
export interface Resource<F = Facts> extends ResourceRef {
  readonly facts: F;
  /** What it holds (a group its machines): known to be there already, also when the look at those themselves failed. */
  readonly owns?: readonly ResourceRef[];
  /** What holds it. An exempt owner spares it, and whatever would end something exempt is not done to its owner. */
  readonly owner?: ResourceRef & Pick<Resource, 'owns' | 'owner'>;
  /** Listed only because an earlier run may owe it something: by itself it would be left alone. */
  readonly isAtRest?: true;
}

/** Every change that a kind can make to a resource: the type, and what a journal may hold. Kinds say which are theirs. */
export const VERBS = [
  'stop',
  'terminate',
  'unprotect',
  'disable',
  'deny',
  'suspend',
  'scale-in',
  'cancel',
] as const;

export type Verb = (typeof VERBS)[number];

/** What to do to one resource. `before` holds whatever undo needs; it is journaled ahead of the change. */
export interface Action<B = Facts, V extends Verb = Verb> extends ResourceRef {
  readonly verb: V;
  readonly before: B;
  /** Wait for the outcome of this first: one action, or (without an id) everything of that kind in this pass. */
  readonly after?: { readonly kind: string; readonly id?: string; readonly atMostMs?: number };
}

/** A resource that is deliberately left alone. */
export interface Skip extends ResourceRef {
  readonly skip: SkipCode;
  readonly reason: string;
}

/**
 * `self`: part of this kill switch · `allowed`: on the allowlist · `caller`: the credential or machine that runs us · `at-rest`: bills and launches
 * nothing as it is · `unstoppable`: still bills, and policy says report it · `manual`: only a person can change
 * it · `gone`: vanished before we reached it · `protected-user`: another key of this user is exempt.
 */
export type SkipCode =
  | 'self'
  | 'allowed'
  | 'caller'
  | 'at-rest'
  | 'unstoppable'
  | 'manual'
  | 'gone'
  | 'protected-user';

/** A place we could not look. `code` is the error's name, never its prose. */
export interface Gap {
  readonly kind: string;
  readonly scope: Scope;
  readonly code: string;
  readonly error: string;
  /** An organization closes this region to everybody, and the owner accepts that (`acceptDenied`). */
  readonly accepted?: boolean;
}

/** An action's result. `verb` is what was really done, which may be the stronger of two. */
export interface Outcome extends ResourceRef {
  readonly verb: Verb;
  readonly status: 'done' | 'failed' | 'gone' | 'unstoppable' | 'planned';
  readonly code?: string;
  readonly error?: string;
  /** Worth another pass soon, e.g. an instance that is still `pending`. */
  readonly transient?: boolean;
}

export type Planned<A extends Action = Action> = A | Skip;
export const isSkip = (planned: Planned): planned is Skip => 'skip' in planned;
export const isGap = (found: readonly Resource[] | Gap): found is Gap => !Array.isArray(found);

export const keyOf = (ref: ResourceRef): string => `${ref.kind}/${ref.scope}/${ref.id}`;
/** One change of one resource. */
export const changeOf = (change: ResourceRef & { readonly verb: string }): string =>
  `${keyOf(change)}#${change.verb}`;
/** What names it, and nothing else. */
export const refOf = ({ kind, scope, id }: ResourceRef): ResourceRef => ({ kind, scope, id });

/** No answer, or a broken one: the change may have been made all the same. Takes an error's name or its text. */
export const mayHaveWorked = (error: string): boolean =>
  /^(TimeoutError|AbortError|NoOutcome|Error|E[A-Z]{4,}|Internal|ServiceFailure|ServiceUnavailable|Unavailable|Unknown|5\d\d)/.test(
    error,
  );

/** An unambiguous `Error` view of anything thrown; AWS errors carry their code as `name`. */
export function errorFacts(thrown: unknown): { code: string; error: string } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { code: error.name, error: error.message ? `${error.name}: ${error.message}` : error.name };
}
