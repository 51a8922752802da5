import { keyOf, type Resource, type ResourceRef } from '../model.ts';
import type { Descriptor } from './descriptor.ts';
import { placeIn, placesOf } from './exemption.ts';
import type { Allowlist, NamedEntry } from './policy.ts';

/**
 * Which entries that a person has typed match something. One that matches nothing may be a typo, and what it was
 * meant to spare is stopped. An entry matches also what is spared for another reason, and what is owned.
 */
export class NamedEntries {
  readonly matched = new Set<NamedEntry>();
  private readonly known = new Map<string, ReadonlyMap<string, readonly NamedEntry[]>>();

  /** @param account ARNs of other accounts match nothing; undefined where it is unknown. */
  constructor(
    private readonly kindNamed: (name: string) => Descriptor | undefined,
    private readonly entries: readonly NamedEntry[],
    private readonly account: string | undefined,
  ) {}

  /** Looks for the entries in what was found. */
  note(found: readonly Resource[]): void {
    if (this.matched.size === this.entries.length) return;
    for (const resource of found) for (const ref of around(resource)) this.look(ref);
  }

  private look(ref: ResourceRef): void {
    const kind = this.kindNamed(ref.kind);
    const places = kind ? placesOf(kind, ref) : [keyOf(ref)];
    const entries = this.entriesOf(ref.kind, kind);
    for (const place of places) for (const entry of entries.get(place) ?? []) this.matched.add(entry);
  }

  /** By place. The code of a kind may not be loaded: then only `kind/region/id` can be compared. */
  private entriesOf(name: string, kind: Descriptor | undefined): ReadonlyMap<string, readonly NamedEntry[]> {
    const known = kind && this.known.get(name);
    if (known) return known;
    const byPlace = new Map<string, NamedEntry[]>();
    for (const named of this.entries) {
      if (!mayMean(named.list, kind)) continue;
      const place = kind ? placeIn(named.entry, kind, this.account) : named.entry;
      if (place !== undefined) byPlace.set(place, [...(byPlace.get(place) ?? []), named]);
    }
    if (kind) this.known.set(name, byPlace);
    return byPlace;
  }
}

const mayMean = (list: keyof Allowlist, kind: Descriptor | undefined) =>
  list === 'resources' || kind?.exempt?.list === list;

function* around(resource: Resource): Iterable<ResourceRef> {
  yield resource;
  yield* resource.owns ?? [];
  for (let { owner } = resource; owner; owner = owner.owner) {
    yield owner;
    yield* owner.owns ?? [];
  }
}
