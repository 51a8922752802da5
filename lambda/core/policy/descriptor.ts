import type * as v from 'valibot';
import type { Facts, Mode, Resource, ResourceRef, SkipCode, Verb } from '../model.ts';
import type { ServiceLimits } from './api-limits.ts';
import type { Allowlist, Caller, Exemption, Policy } from './policy.ts';

/** An IAM action, with conditions if any. IAM's names may differ from the API's names. */
export interface Grant {
  readonly action: string;
  /** Operator → condition key → allowed values, as in an IAM policy. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** The API operations of this action, if their name differs (DescribeBudget: budgets:ViewBudget). */
  readonly operations?: readonly string[];
}

/** The settings that decide which verbs the engine uses. */
export interface Reach {
  readonly mode: Mode;
  readonly terminateElsewhere: boolean;
  readonly unstoppable: 'report' | 'terminate';
  readonly quarantine: 'keys' | 'users';
}

/** Singular and plural: `instance stopped`, `instances stopped`. */
export type Words = readonly [one: string, many: string];

/** What is billed by the hour. */
export interface Meter {
  /** Its name in mails and on screens: `g4dn.xlarge`. */
  readonly label: string;
  /** How many units of `priceKey` are billed. */
  readonly quantity: number;
  /** Its name in the kind's own price list. */
  readonly priceKey: string;
  /** When it was last started, in ms since 1970; undefined if AWS does not say. */
  readonly startedAt: number | undefined;
}

/** What a plan shows of a resource beside its id, its place and its price. An intruder may have written any of it. */
export interface Shown {
  /** A person knows it by this: a name, the user of a key. */
  readonly name?: string;
  /** `g4dn.xlarge`, `admin`; the label of its meter where absent. */
  readonly type?: string;
  /** When it was made, in ms since 1970; when it was last started, by its meter, where absent. */
  readonly since?: number;
}

/** One change that a kind can make to a resource, and its undo. */
export interface VerbDescriptor {
  /** The IAM actions that the change needs. */
  readonly grants: readonly Grant[];
  /** What undo needs. It parses every record of a journal, since an intruder may have edited it. */
  readonly before: v.GenericSchema<unknown, Facts>;
  /** Settings under which the engine uses it; absent: in every mode that acts. */
  readonly reachedBy?: (settings: Reach) => boolean;
  /** Only `--include-caller` leads to it, as the last step: no setting does, so the function's role has no right to it. */
  readonly isForCallerOnly?: true;
  /** It only prepares another verb (lifting a protection) and contains nothing by itself. */
  readonly isAuxiliary?: true;
  /** Data stored in the resource is lost: done only where the settings ask to terminate. */
  readonly losesState?: true;
  /** The resources that it owns end, or are locked out, together with it. */
  readonly endsOwned?: true;
  readonly words: {
    /** In a plan; the same as `done` where absent. */
    readonly planned?: Words;
    readonly done: Words;
    /** What a restore puts back. */
    readonly putBack: Words;
  };
  /**
   * When a restore undoes it: always where absent · `named`: only if a person names the resource, since an
   * intruder may have written the journal · `with-owned`: together with a resource that it owns, or if named.
   */
  readonly comesBack?: 'named' | 'with-owned';
}

/**
 * A type of resource, for all code that makes no AWS call: role, policies, documents, plans, reports, mails,
 * restore. One literal for each kind; see CONTRIBUTING.md.
 */
export interface Descriptor<F extends Facts = Facts> {
  /** `<service>-<thing>`, and the name of its folder. */
  readonly name: string;
  readonly title: string;
  readonly scope: 'global' | 'regional';
  /** Kinds that come before it: those that launch it, or lead back to it. Restore uses the reverse order. */
  readonly after?: readonly string[];
  /** Loaded with the engine: needed before the first stop. */
  readonly isFirst?: true;
  readonly facts: v.GenericSchema<unknown, F>;
  /** The IAM actions that its listing needs; absent where another kind's listing brings it. */
  readonly discover?: readonly Grant[];
  /** Other kinds that its listing yields, or its plan acts on. */
  readonly brings?: readonly string[];
  readonly verbs: Partial<Record<Verb, VerbDescriptor>>;
  /** The IAM actions that undo needs. */
  readonly restore: readonly Grant[];
  /** How often its service may be called, as AWS documents it. */
  readonly limits?: readonly ServiceLimits[];
  readonly exempt?: ExemptWhere<F>;
  /** The owner of a journaled resource, from the record's `before`. */
  ownerOf?(before: Facts): ResourceRef | undefined;
  /** Whether a run that is only about exposed keys includes this resource; never, if absent. */
  isMeant?(resource: Resource<F>, policy: Policy): boolean;
  /** It signs requests: with `--include-caller`, the caller's own is ended last. */
  readonly isCredential?: true;
  /** What is billed, for kinds that bill by the hour. Pure. */
  meter?(facts: F): Meter;
  /** What a plan shows of it. Pure. */
  shown?(facts: F): Shown;
  /** Related resources that may bill or let an intruder in, and that no kind reaches yet. */
  readonly notReached?: readonly string[];
  /** What a person has to do about that many skipped resources. */
  readonly byHand?: Partial<Record<SkipCode, (count: number) => string>>;
}

/** Which entries of the owner's lists, and which parts of the caller, exempt resources of a kind. */
export interface ExemptWhere<F extends Facts = Facts> {
  /** The list of the setting `allow` that holds its ids or ARNs. */
  readonly list?: keyof Allowlist;
  /** Ids of the resources that run this, or that the run depends on. */
  readonly caller?: (caller: Caller) => readonly string[];
  /** Its ARN: `service`, and the id in the last part of an ARN, if that is of this kind. */
  readonly arn?: { readonly service: string; readonly idOf: (resource: string) => string | undefined };
  /** A change may lock out whoever runs this: none is made before it is known who that is. */
  readonly locksOut?: true;
  /**
   * When it was made, in ms since 1970, by AWS's clock; undefined if AWS does not say. For kinds of which an intruder
   * makes new ones in an owner's name: see `Exemptions`.
   */
  madeAt?(facts: F): number | undefined;
  /** AWS does not tell upper and lower case apart in its ids. */
  readonly ignoresCase?: true;
  /** Why it is left alone; a plain sentence where absent. */
  reason?(exemption: Exemption, facts: F): string;
}
