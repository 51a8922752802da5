import { GLOBAL, type Resource, type ResourceRef } from '../model.ts';
import { isKnownRegion } from '../regions.ts';
import type { Descriptor } from './descriptor.ts';
import type { Allowlist, Caller, Exemption } from './policy.ts';

/** Who and what a run must leave alone. */
export interface Spared {
  readonly allow: Allowlist;
  readonly caller: Caller;
  /** ARNs of this kill switch's own parts. */
  readonly self: readonly string[];
}

type Code = Exemption['code'];
/** In this order: the first that applies is the reason that people read. */
const CODES: readonly Code[] = ['self', 'caller', 'allowed'];
const ANYWHERE = '*';

/**
 * What no kind is ever asked about: own parts, the caller's credential, the allowlist. Each kind says which lists speak
 * of it; what a list says of an owner holds for what that owns. Pure.
 */
export class Exemptions {
  private readonly known = new Map<string, Record<Code, ReadonlySet<string>>>();

  constructor(
    private readonly kindNamed: (name: string) => Descriptor | undefined,
    private readonly spared: Spared,
  ) {}

  of(resource: Pick<Resource, 'kind' | 'scope' | 'id' | 'owner'>): Exemption | undefined {
    for (const code of CODES) {
      if (this.isListed(code, resource)) return { code, through: 'itself' };
      for (let { owner } = resource; owner; owner = owner.owner)
        if (this.isListed(code, owner)) return { code, through: 'owner' };
    }
    return undefined;
  }

  /** The first of them that is exempt. */
  among(refs: readonly ResourceRef[] = []): ResourceRef | undefined {
    return refs.find((ref) => this.of(ref) !== undefined);
  }

  private isListed(code: Code, { kind, scope, id }: ResourceRef): boolean {
    const descriptor = this.kindNamed(kind);
    // Of a kind whose code is not here only its plain name can be compared.
    if (!descriptor) return code === 'allowed' && this.spared.allow.resources.has(`${kind}/${scope}/${id}`);
    const listed = this.marksOf(descriptor)[code];
    const same = sameId(descriptor, id);
    return listed.has(`${scope}/${same}`) || listed.has(`${ANYWHERE}/${same}`);
  }

  private marksOf(kind: Descriptor): Record<Code, ReadonlySet<string>> {
    const known = this.known.get(kind.name);
    if (known) return known;
    const { allow, caller, self } = this.spared;
    const list = kind.exempt?.list;
    const entries = [...(list ? allow[list] : []), ...allow.resources];
    const places = (texts: readonly string[]) =>
      new Set(texts.flatMap((text) => placeIn(text, kind, caller.account) ?? []));
    const marks = {
      // Only whole ARNs: part of them comes from the function's environment, which somebody may edit.
      self: places(self.filter((arn) => arn.startsWith('arn:'))),
      caller: new Set((kind.exempt?.caller?.(caller) ?? []).map((id) => `${ANYWHERE}/${sameId(kind, id)}`)),
      allowed: places(entries),
    };
    this.known.set(kind.name, marks);
    return marks;
  }
}

const sameId = ({ exempt }: Descriptor, id: string) => (exempt?.ignoresCase ? id.toLowerCase() : id);

/** `scope/id` of what an entry names, if it is of this kind: an id, an ARN, or `kind/region/id`. */
function placeIn(entry: string, kind: Descriptor, account: string | undefined): string | undefined {
  if (entry.startsWith('arn:')) return placeOfArn(entry, kind, account);
  const [, name, scope, id] = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(entry) ?? [];
  if (name !== undefined && scope !== undefined && id !== undefined)
    return name === kind.name ? `${scope}/${sameId(kind, id)}` : undefined;
  return `${ANYWHERE}/${sameId(kind, entry)}`;
}

/** An ARN of another account names nothing here; where it is not known whose account this is, it counts. */
function placeOfArn(arn: string, kind: Descriptor, account: string | undefined): string | undefined {
  const [, partition, service, region, owner, ...rest] = arn.split(':');
  if (partition !== 'aws' || service !== kind.exempt?.arn?.service) return undefined;
  if (owner && account !== undefined && owner !== account) return undefined;
  const id = kind.exempt?.arn?.idOf(rest.join(':'));
  return id === undefined ? undefined : `${region || GLOBAL}/${sameId(kind, id)}`;
}

/** Entries of `allow.resources` that no kind could ever mean: a typo must not pass for protection. */
export const meaningless = (entries: readonly string[], kinds: readonly Descriptor[]): string[] =>
  entries.filter((entry) => entry.includes('*') || !kinds.some((kind) => couldMean(kind, entry)));

function couldMean(kind: Descriptor, entry: string): boolean {
  const [scope = ''] = placeIn(entry, kind, undefined)?.split('/') ?? [];
  return kind.scope === 'global' ? scope === GLOBAL : isKnownRegion(scope);
}
