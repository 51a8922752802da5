import type * as v from 'valibot';
import type { Facts, Mode, Resource, ResourceRef, SkipCode, Verb } from '../model.ts';
import type { ServiceLimits } from './api-limits.ts';
import type { Allowlist, Caller, Exemption, Policy } from './policy.ts';

/** An IAM action, alone or narrowed by condition keys and resources. IAM's names and the API's names differ. */
export interface Grant {
  readonly action: string;
  /** `StringEquals`-style conditions: operator → key → allowed values. */
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** API operations that this action authorizes, when the name differs (DescribeBudget is budgets:ViewBudget). */
  readonly operations?: readonly string[];
}

/** The settings that decide which verbs the engine comes to. */
export interface Reach {
  readonly mode: Mode;
  readonly terminateElsewhere: boolean;
  readonly unstoppable: 'report' | 'terminate';
  readonly quarantine: 'keys' | 'users';
}

/** For one and for many: `instance stopped`, `instances stopped`. */
export type Words = readonly [one: string, many: string];

/** What is billed by the hour. */
export interface Meter {
  /** What it is called where people read of it: `g4dn.xlarge`. */
  readonly label: string;
  /** How many of what the key names are billed. */
  readonly quantity: number;
  /** What the kind's own price list calls it. */
  readonly priceKey: string;
  /** When it was last started, in ms since 1970; undefined when it is not told. */
  readonly startedAt: number | undefined;
}

/** One change that a kind can make to a resource, and back. */
export interface VerbDescriptor {
  /** What doing it needs of IAM. */
  readonly grants: readonly Grant[];
  /** What undo needs, as it is journaled. Whatever comes from a journal is parsed by it: somebody may have edited that. */
  readonly before: v.GenericSchema<unknown, Facts>;
  /** Settings under which the engine comes to it; absent: in every mode that acts. */
  readonly reachedBy?: (settings: Reach) => boolean;
  /** It only prepares another verb (lifting a protection): by itself it contains nothing. */
  readonly isAuxiliary?: true;
  /** What is stored in it is lost: done only where settings ask to terminate. */
  readonly losesState?: true;
  /** What the resource owns ends with it, or is locked out with it. */
  readonly endsOwned?: true;
  readonly words: {
    /** Of a plan; the same as `done` where absent. */
    readonly planned?: Words;
    readonly done: Words;
    /** What a restore gives back. */
    readonly putBack: Words;
  };
  /**
   * When a restore undoes it: always where absent · `named`: only what a person names, since the journal may be an
   * intruder's · `with-owned`: with something that it owns.
   */
  readonly comesBack?: 'named' | 'with-owned';
}

/**
 * A type of resource, as all that makes no AWS call reads it: role, policies, documents, plans, reports, mails, restore.
 * One literal per kind; see CONTRIBUTING.md.
 */
export interface Descriptor<F extends Facts = Facts> {
  /** `<service>-<thing>`, and the name of its folder. */
  readonly name: string;
  readonly title: string;
  readonly scope: 'global' | 'regional';
  /** Kinds that come before it: what launches it, or what leads back to it. Restore goes the other way. */
  readonly after?: readonly string[];
  /** Loaded with the engine: needed before the first stop. */
  readonly isFirst?: true;
  readonly facts: v.GenericSchema<unknown, F>;
  /** What listing it needs of IAM; absent where another kind's listing brings it. */
  readonly discover?: readonly Grant[];
  /** Other kinds that its listing yields, or its plan acts on. */
  readonly brings?: readonly string[];
  readonly verbs: Partial<Record<Verb, VerbDescriptor>>;
  /** What undoing its verbs needs of IAM. */
  readonly restore: readonly Grant[];
  /** What AWS documents of how often its service may be called. */
  readonly limits?: readonly ServiceLimits[];
  readonly exempt?: ExemptWhere<F>;
  /** The owner of what a journal record speaks of, by what was journaled. */
  ownerOf?(before: Facts): ResourceRef | undefined;
  /** Whether this run is about it: where AWS reports keys as exposed, it is about those alone. Absent: then never. */
  isMeant?(resource: Resource<F>, policy: Policy): boolean;
  /** Its plan asks what earlier runs of the same incident journaled. */
  readonly recalls?: true;
  /** It signs requests: the caller's own is ended last, with `--include-caller`. */
  readonly isCredential?: true;
  /** What is billed, for what bills by the hour. Pure. */
  meter?(facts: F): Meter;
  /** Its neighbours that bill or let somebody in, and that nothing reaches yet. */
  readonly notReached?: readonly string[];
  /** What a person has to do about so many that were skipped. */
  readonly byHand?: Partial<Record<SkipCode, (count: number) => string>>;
}

/** Which parts of the owner's lists, and of whoever runs this, speak of a kind. */
export interface ExemptWhere<F extends Facts = Facts> {
  /** The list of the setting `allow` that holds its ids or ARNs. */
  readonly list?: keyof Allowlist;
  /** Ids of what runs this, or of what that depends on. */
  readonly caller?: (caller: Caller) => readonly string[];
  /** Its ARN: `service`, and the id that the last part of an ARN names, if it is of this kind. */
  readonly arn?: { readonly service: string; readonly idOf: (resource: string) => string | undefined };
  /** Where AWS does not tell upper and lower case apart. */
  readonly ignoresCase?: true;
  /** Why it is left alone; a plain sentence where absent. */
  reason?(exemption: Exemption, facts: F): string;
}
