import { type Facts, GLOBAL, type Resource, type ResourceRef } from '../model.ts';
import { isKnownRegion } from '../regions.ts';
import type { Descriptor } from './descriptor.ts';
import type { Allowlist, Caller, Exemption } from './policy.ts';

/** Who and what a run must leave alone. */
export interface ExemptionLists {
  readonly allow: Allowlist;
  readonly caller: Caller;
  /** ARNs of this kill switch's own parts. */
  readonly self: readonly string[];
  /** See `newSince`; nothing counts as new where it is missing. */
  readonly newSince?: () => number;
}

const DAY_MS = 86_400_000;

/**
 * What was made at this time or later is new to an incident, and may be an intruder's: intruders make keys for users
 * who are there already, often hours before anything is noticed. In ms since 1970, by AWS's clock.
 * @param openedAt when the incident was opened, by its mark. An intruder may have moved that to
 *   later: so the run's own start counts where it is earlier.
 */
export const newSince = (openedAt: number, startedAt: number): number =>
  Math.min(openedAt, startedAt) - DAY_MS;

/** A resource; its facts are needed only where it has an owner. */
type Exemptible = Pick<Resource, 'kind' | 'scope' | 'id' | 'owner'> & { readonly facts?: Facts };

type Code = Exemption['code'];
type Listed = Exclude<Code, 'unidentified'>;
/** In order of precedence: people read the first that applies. */
const CODES: readonly Code[] = ['self', 'caller', 'allowed', 'unidentified'];
const ANYWHERE = '*';

/**
 * What is exempt: this kill switch's own parts, the caller's credential (any, while it is not known who
 * calls), the allowlist. No kind plans such a resource. Each kind says which lists hold its ids. If an owner is exempt,
 * so is all that it owns; but an owner on the allowlist does not spare what is new (docs/adr/0024-kinds.md says
 * why), if its kind tells when it was made. Pure.
 */
export class Exemptions {
  private readonly known = new Map<string, Record<Listed, ReadonlySet<string>>>();

  constructor(
    private readonly kindNamed: (name: string) => Descriptor | undefined,
    private readonly lists: ExemptionLists,
  ) {}

  of(resource: Exemptible): Exemption | undefined {
    for (const code of CODES) {
      if (this.isListed(code, resource)) return { code, through: 'itself' };
      if (code === 'allowed' && this.isNew(resource)) continue;
      for (let { owner } = resource; owner; owner = owner.owner)
        if (this.isListed(code, owner)) return { code, through: 'owner' };
    }
    return undefined;
  }

  /** The owner on the allowlist by which it would be exempt if it were not new. */
  notSparedBy(resource: Exemptible): ResourceRef | undefined {
    if (!this.isNew(resource) || this.of(resource)) return undefined;
    for (let { owner } = resource; owner; owner = owner.owner)
      if (this.isListed('allowed', owner)) return owner;
    return undefined;
  }

  private isNew({ kind, facts }: Exemptible): boolean {
    const madeAt = facts && this.kindNamed(kind)?.exempt?.madeAt?.(facts);
    return madeAt !== undefined && this.lists.newSince !== undefined && madeAt >= this.lists.newSince();
  }

  /** The first exempt one. */
  among(refs: readonly ResourceRef[] = []): ResourceRef | undefined {
    return refs.find((ref) => this.of(ref) !== undefined);
  }

  private isListed(code: Code, { kind, scope, id }: ResourceRef): boolean {
    const descriptor = this.kindNamed(kind);
    // The code of this kind is not loaded: only `kind/region/id` can be compared.
    if (!descriptor) return code === 'allowed' && this.lists.allow.resources.has(`${kind}/${scope}/${id}`);
    if (code === 'unidentified')
      return this.lists.caller.unidentified === true && descriptor.exempt?.locksOut === true;
    const listed = this.marksOf(descriptor)[code];
    return placesOf(descriptor, { scope, id }).some((place) => listed.has(place));
  }

  private marksOf(kind: Descriptor): Record<Listed, ReadonlySet<string>> {
    const known = this.known.get(kind.name);
    if (known) return known;
    const { allow, caller, self } = this.lists;
    const list = kind.exempt?.list;
    const entries = [...(list ? allow[list] : []), ...allow.resources];
    const places = (texts: readonly string[]) =>
      new Set(texts.flatMap((text) => placeIn(text, kind, caller.account) ?? []));
    const marks = {
      // Only whole ARNs: some come from the function's environment, which an intruder may edit.
      self: places(self.filter((arn) => arn.startsWith('arn:'))),
      caller: new Set((kind.exempt?.caller?.(caller) ?? []).map((id) => `${ANYWHERE}/${sameId(kind, id)}`)),
      allowed: places(entries),
    };
    this.known.set(kind.name, marks);
    return marks;
  }
}

const sameId = ({ exempt }: Descriptor, id: string) => (exempt?.ignoresCase ? id.toLowerCase() : id);

/** The places that an entry may give in order to mean this resource. */
export const placesOf = (kind: Descriptor, { scope, id }: Pick<ResourceRef, 'scope' | 'id'>): string[] => {
  const same = sameId(kind, id);
  return [`${scope}/${same}`, `${ANYWHERE}/${same}`];
};

/**
 * `scope/id` of an entry (an id, an ARN, or `kind/region/id`), if the entry is of this kind.
 * @param account if it is known, ARNs of other accounts are of no kind.
 */
export function placeIn(entry: string, kind: Descriptor, account: string | undefined): string | undefined {
  if (entry.startsWith('arn:')) return placeOfArn(entry, kind, account);
  const [, name, scope, id] = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(entry) ?? [];
  if (name !== undefined && scope !== undefined && id !== undefined)
    return name === kind.name ? `${scope}/${sameId(kind, id)}` : undefined;
  return `${ANYWHERE}/${sameId(kind, entry)}`;
}

/** An ARN of another account does not count. If this account is unknown, every ARN counts. */
function placeOfArn(arn: string, kind: Descriptor, account: string | undefined): string | undefined {
  const [, partition, service, region, owner, ...rest] = arn.split(':');
  if (partition !== 'aws' || service !== kind.exempt?.arn?.service) return undefined;
  if (owner && account !== undefined && owner !== account) return undefined;
  const id = kind.exempt?.arn?.idOf(rest.join(':'));
  return id === undefined ? undefined : `${region || GLOBAL}/${sameId(kind, id)}`;
}

/** Entries of `allow.resources` that match no kind: a typo must not look like protection. */
export const unmatchedEntries = (entries: readonly string[], kinds: readonly Descriptor[]): string[] =>
  entries.filter((entry) => !kinds.some((kind) => canMatch(kind, entry)));

/** ARNs on the allowlist that are of another account: they spare nothing in this one. */
export const ofOtherAccounts = (
  allow: Readonly<Partial<Record<keyof Allowlist, Iterable<string>>>>,
  account: string,
): { readonly list: keyof Allowlist; readonly entry: string }[] =>
  (['users', 'roles', 'resources'] as const).flatMap((list) =>
    [...(allow[list] ?? [])]
      .filter((entry) => {
        const [prefix, , , , owner] = entry.split(':');
        return prefix === 'arn' && owner !== '' && owner !== account;
      })
      .map((entry) => ({ list, entry })),
  );

function canMatch(kind: Descriptor, entry: string): boolean {
  const place = placeIn(entry, kind, undefined);
  // No list knows wildcards. A path may hold a star, but it is not compared.
  if (place?.includes('*')) return false;
  const [scope = ''] = place?.split('/') ?? [];
  return kind.scope === 'global' ? scope === GLOBAL : isKnownRegion(scope);
}
