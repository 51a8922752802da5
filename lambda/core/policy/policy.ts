import { GLOBAL, type ResourceRef, type Scope } from '../model.ts';
import { DEFAULTS, type Settings } from '../settings.ts';

/** The lists of the setting `allow`, which is never touched: ids, or ARNs where a list takes them. */
export interface Allowlist {
  readonly accessKeys: ReadonlySet<string>;
  readonly users: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly instances: ReadonlySet<string>;
  /** Of any kind: ARNs, or `kind/region/id`. */
  readonly resources: ReadonlySet<string>;
}

/** @param lists a missing list is empty. */
export const allowlist = (
  lists: { readonly [list in keyof Allowlist]?: Iterable<string> | undefined } = {},
): Allowlist => ({
  accessKeys: new Set(lists.accessKeys),
  users: new Set(lists.users),
  roles: new Set(lists.roles),
  instances: new Set(lists.instances),
  resources: new Set(lists.resources),
});

/** An entry of the allowlist that a person has typed, and with which option: `--allow-key`. */
export interface NamedEntry {
  readonly flag: string;
  readonly list: keyof Allowlist;
  readonly entry: string;
}

/** What the engine may do. It comes from the settings in the asset, or from the command line. */
export interface Policy {
  readonly mode: 'stop' | 'terminate';
  /** Look and plan, change nothing. */
  readonly dryRun: boolean;
  readonly unstoppable: 'report' | 'terminate';
  readonly homeRegions: ReadonlySet<string>;
  readonly terminateElsewhere: boolean;
  readonly quarantine: 'keys' | 'users';
  readonly allow: Allowlist;
  /** Entries of `allow` that should match something: the report names those that do not. */
  readonly named?: readonly NamedEntry[];
  readonly acceptDenied: ReadonlySet<string>;
  /** Only these regions; empty means every enabled region. */
  readonly onlyRegions: ReadonlySet<string>;
  readonly excludeRegions: ReadonlySet<string>;
  /** Disable the caller's own key too, as the very last step. */
  readonly includeCaller: boolean;
  /** Only these keys, and the keys of these users, even on the allowlist: AWS reports them as exposed. */
  readonly exposed?: Exposed;
}

export interface Exposed {
  readonly accessKeys: ReadonlySet<string>;
  /** User names. */
  readonly users: ReadonlySet<string>;
}

/** Who runs us; we never lock the caller out. Fields are empty when the identity could not be read. */
export interface Caller {
  readonly account?: string;
  readonly arn?: string;
  readonly exemptKeys: ReadonlySet<string>;
  /** The user of a session token: all keys of this user are exempt. */
  readonly exemptUser?: string;
  /** The instance that we run on, from its role session. */
  readonly instanceId?: string;
  /** True when the user behind temporary credentials is unknown. */
  readonly unknown: boolean;
  /** STS has not said who this is, and any key or user may be the caller's: none is changed. */
  readonly unidentified?: true;
}

/** Why a resource is left alone, and whether it is exempt itself or through its owner. */
export interface Exemption {
  readonly code: 'self' | 'caller' | 'allowed' | 'unidentified';
  readonly through: 'itself' | 'owner';
}

/** What a plan may use. Exempt resources never reach a kind's plan, and the plan is checked afterwards. */
export interface PlanContext {
  readonly policy: Policy;
  /** The user behind the caller's temporary credentials is unknown. */
  readonly isCallerUnknown: boolean;
  /** The exemption of another resource: an owner, or something owned. */
  readonly exemption: (ref: ResourceRef) => Exemption | undefined;
  /** When the incident was opened, by AWS's clock, in ms since 1970: a later stop was made by us, or during it. */
  readonly incidentOpenedAt: number;
  /** Resources acted on in earlier passes of this run, by `keyOf`. */
  readonly acted: ReadonlySet<string>;
  /**
   * By `keyOf`: the resources of this run's first pass, and those that their owners held when first seen. Any
   * other resource was launched since.
   */
  readonly seen: ReadonlySet<string>;
  /** The last step of `includeCaller`: only credentials of the caller are planned, and nothing is exempt. */
  readonly ending?: Caller;
}

/** Mode `stop` with `terminateElsewhere` stops in home regions and terminates in all others. */
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
