import { type Action, GLOBAL, type ResourceRef, type Scope } from '../model.ts';
import { DEFAULTS, type Settings } from '../settings.ts';

/** The lists of the setting `allow`, what is never touched: ids, or ARNs where a list takes them. */
export interface Allowlist {
  readonly accessKeys: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly instances: ReadonlySet<string>;
  /** Of any kind: ARNs, or `kind/region/id`. */
  readonly resources: ReadonlySet<string>;
}

/** @param lists those that are missing are empty. */
export const allowlist = (
  lists: { readonly [list in keyof Allowlist]?: Iterable<string> | undefined } = {},
): Allowlist => ({
  accessKeys: new Set(lists.accessKeys),
  users: new Set(lists.users),
  roles: new Set(lists.roles),
  instances: new Set(lists.instances),
  resources: new Set(lists.resources),
});

/** What the engine does, wherever its settings came from: the asset, or the command line. */
export interface Policy {
  readonly mode: 'stop' | 'terminate';
  /** Look and plan, change nothing. */
  readonly dryRun: boolean;
  readonly unstoppable: 'report' | 'terminate';
  readonly homeRegions: ReadonlySet<string>;
  readonly terminateElsewhere: boolean;
  readonly quarantine: 'keys' | 'users';
  readonly allow: Allowlist;
  readonly acceptDenied: ReadonlySet<string>;
  /** Only these regions, or all but those; empty means every enabled region. */
  readonly onlyRegions: ReadonlySet<string>;
  readonly excludeRegions: ReadonlySet<string>;
  /** Disable the caller's own key too, as the very last step. */
  readonly includeCaller: boolean;
  /** Only these keys, and those of these users, whatever the allowlist says: AWS itself reports them as exposed. */
  readonly exposed?: Exposed;
}

export interface Exposed {
  readonly accessKeys: ReadonlySet<string>;
  /** User names. */
  readonly users: ReadonlySet<string>;
}

/** Who runs us, so that we never lock him out. Every field is empty when the identity could not be read. */
export interface Caller {
  readonly account?: string;
  readonly arn?: string;
  readonly exemptKeys: ReadonlySet<string>;
  /** A session token's user: all of his keys are exempt. */
  readonly exemptUser?: string;
  /** The instance we run on, by its role session. */
  readonly instanceId?: string;
  /** True when it is not known whose temporary credentials these are. */
  readonly unknown: boolean;
}

/** Why nothing may be done to a resource, and whether that is said of itself or of what owns it. */
export interface Exemption {
  readonly code: 'self' | 'caller' | 'allowed';
  readonly through: 'itself' | 'owner';
}

/** What planning may know. What is exempt is left out before a kind is asked, and its plan is checked afterwards. */
export interface PlanContext {
  readonly policy: Policy;
  /** It is not known whose temporary credentials run this. */
  readonly isCallerUnknown: boolean;
  /** The mark of anything else: a resource's owner, or what it owns. */
  readonly exemption: (ref: ResourceRef) => Exemption | undefined;
  /** When the incident was opened: what was stopped since then was stopped by us, or during it. Milliseconds. */
  readonly incidentOpenedAt: number;
  /** Resources acted on in earlier passes of this run, by `keyOf`. */
  readonly acted: ReadonlySet<string>;
  /**
   * Resources of the first pass of this run, and what their owners held when those were first seen, by `keyOf`: what
   * is new has been launched since.
   */
  readonly seen: ReadonlySet<string>;
  /** What earlier runs of this incident journaled in this scope, for kinds that recall it. */
  readonly recalled: readonly Recalled[];
}

/** A journaled change; `before` is missing where the kind that made it cannot read it: it may have been edited. */
export type Recalled = Omit<Action, 'before' | 'after'> & { readonly before?: Action['before'] };

/** Stop or terminate here? `homeRegions` are only ever stopped when `terminateElsewhere` is on. */
export function verbFor(policy: Policy, scope: Scope): 'stop' | 'terminate' {
  if (policy.mode === 'terminate') return 'terminate';
  const elsewhere = policy.terminateElsewhere && scope !== GLOBAL && !policy.homeRegions.has(scope);
  return elsewhere ? 'terminate' : 'stop';
}

/** The settings that say what the engine does. */
type ActingSettings = Pick<Settings, 'mode' | 'unstoppable' | 'terminateElsewhere' | 'quarantine'> & {
  readonly homeRegions: readonly string[];
  readonly acceptDenied: readonly string[];
  readonly allow: Parameters<typeof allowlist>[0];
};

export function policyFromSettings(settings: ActingSettings): Policy {
  return {
    mode: settings.mode === 'terminate' ? 'terminate' : 'stop',
    dryRun: settings.mode === 'dry-run',
    unstoppable: settings.unstoppable,
    homeRegions: new Set(settings.homeRegions),
    terminateElsewhere: settings.terminateElsewhere,
    quarantine: settings.quarantine,
    allow: allowlist(settings.allow),
    acceptDenied: new Set(settings.acceptDenied),
    onlyRegions: new Set(),
    excludeRegions: new Set(),
    includeCaller: false,
  };
}

/** What the command line does unless its flags say otherwise: the defaults of the settings, and nobody is spared. */
export const DEFAULT_POLICY: Policy = policyFromSettings(DEFAULTS);
