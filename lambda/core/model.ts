/**
 * The engine's vocabulary as plain data: everything here can be journaled, shown and compared.
 * ARCHITECTURE.md shows how a run uses it.
 */
export type Json = string | number | boolean | null | undefined | Json[] | { [key: string]: Json };
export type Facts = { [key: string]: Json };

/** `global` (IAM), or the name of a region. */
export type Scope = string;
export const GLOBAL: Scope = 'global';

export type Mode = 'stop' | 'terminate' | 'dry-run';

export interface ResourceRef {
  readonly kind: string;
  readonly scope: Scope;
  readonly id: string;
}

/** One live thing that bills, launches, or lets an intruder in. */
export interface Resource<F = Facts> extends ResourceRef {
  readonly facts: F;
  /** What it holds, by its own listing: so this is known even if the listing of those failed. */
  readonly owns?: readonly ResourceRef[];
  /** What holds it. An exempt owner exempts it. No action on an owner may end an exempt resource. */
  readonly owner?: ResourceRef & Pick<Resource, 'owns' | 'owner'>;
  /** Listed only because an earlier run may have left work on it unfinished; otherwise it is left alone. */
  readonly isAtRest?: true;
}

/** Every change that a kind can make and that a journal may hold. Each kind declares its own. */
export const VERBS = [
  'stop',
  'terminate',
  'unprotect',
  'disable',
  'deny',
  'deny-sessions',
  'suspend',
  'scale-in',
  'cancel',
] as const;

export type Verb = (typeof VERBS)[number];

/** What to do to one resource. `before` holds all that undo needs; it is journaled before the change. */
export interface Action<B = Facts, V extends Verb = Verb> extends ResourceRef {
  readonly verb: V;
  readonly before: B;
  /** Why it is done although the resource's owner is on the allowlist. */
  readonly notSpared?: string;
  /** Waits for the outcome of one action or, without an id, of all actions of that kind in this pass. */
  readonly after?: { readonly kind: string; readonly id?: string; readonly atMostMs?: number };
}

/** A resource that is left alone on purpose. */
export interface Skip extends ResourceRef {
  readonly skip: SkipCode;
  readonly reason: string;
  /** What a person has to do about it, if it is not the same for all of its kind. */
  readonly remedy?: string;
}

/**
 * `self`: part of this kill switch · `allowed`: on the allowlist · `caller`: the credential or machine that
 * runs us · `at-rest`: bills and launches nothing in its present state · `unstoppable`: still bills, and the
 * settings say to report it only · `manual`: only a person can change it · `gone`: it no longer existed when
 * we reached it · `protected-user`: another key of this user is exempt · `unidentified`: it may be the
 * caller's, and STS has not said who that is.
 */
export type SkipCode =
  | 'self'
  | 'allowed'
  | 'caller'
  | 'at-rest'
  | 'unstoppable'
  | 'manual'
  | 'gone'
  | 'protected-user'
  | 'unidentified';

/** A place where we could not look. `code` is the error's name, never its text. */
export interface Gap {
  readonly kind: string;
  readonly scope: Scope;
  readonly code: string;
  readonly error: string;
  /** The organization denies this region to everybody, and the owner accepts that (`acceptDenied`). */
  readonly accepted?: boolean;
}

/** An action's result. `verb` is what was done, perhaps more than asked (terminate instead of stop). */
export interface Outcome extends ResourceRef {
  readonly verb: Verb;
  readonly status: 'done' | 'failed' | 'gone' | 'unstoppable' | 'planned';
  readonly code?: string;
  readonly error?: string;
  /** What a person has to do, where AWS refuses the change to us for good. */
  readonly remedy?: string;
  /** See `Action`. */
  readonly notSpared?: string;
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
/** Only the fields that name a resource. */
export const refOf = ({ kind, scope, id }: ResourceRef): ResourceRef => ({ kind, scope, id });

/**
 * Whether it is AWS's name for "not allowed": Common error codes of IAM and of EC2. `AuthFailure` is not among them: it
 * speaks of the credentials.
 */
export const isDenial = (code: string): boolean =>
  /^(UnauthorizedOperation|AccessDenied(Exception)?|AuthorizationError)$/.test(code);

/** Whether a change may have worked despite an error (no answer or a broken one). @param error name or text */
export const mayHaveWorked = (error: string): boolean =>
  /^(TimeoutError|AbortError|NoOutcome|Error|E[A-Z_]{4,}|HPE_|Internal|ServiceFailure|ServiceUnavailable|Unavailable|Unknown|5\d\d)/.test(
    error,
  );

/** Who may give an answer that is not AWS's. */
export const STRANGER = 'A proxy, a filter or a login page may stand between';

/** What the SDK adds to an error of a call that was answered, and Node.js to one of the network or of a file. */
interface Detailed {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly code?: unknown;
}

/**
 * The code and the text of anything that was thrown. AWS errors carry their code as `name`; Node.js names each of its own
 * "Error", and says in `code` what it is: ENOTFOUND, CERT_HAS_EXPIRED (Node.js, "Errors": `error.code`). The SDK calls an
 * answer "Unknown" that has no error code; without AWS's request id, too, it is a login page's redirect or a filter's
 * refusal.
 */
export function errorFacts(thrown: unknown): { code: string; error: string } {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { $metadata: { httpStatusCode, requestId } = {}, code: own } = error as Detailed;
  if (error.name === 'Unknown' && httpStatusCode !== undefined && requestId === undefined) {
    const code = 'UnknownAnswer';
    return { code, error: `${code}: HTTP status ${httpStatusCode} without an error of AWS. ${STRANGER}` };
  }
  const code = error.name === 'Error' && typeof own === 'string' ? own : error.name;
  // A file's error says its code itself: "ENOENT: no such file".
  const isSaid = error.message.startsWith(`${code}:`);
  return { code, error: isSaid ? error.message : error.message ? `${code}: ${error.message}` : code };
}
