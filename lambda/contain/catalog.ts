import { isLoaded, type Kind, type RegisteredKind } from '../kinds/kind.ts';

/** The kinds of one run, by name; those that are not needed before the first stop come in later. */
export class Catalog {
  private readonly here = new Map<string, Kind>();
  private readonly loading = new Map<string, Promise<Kind>>();

  /** @param later when the code of other kinds may be loaded: before that it would delay the first stop. */
  constructor(
    readonly kinds: readonly RegisteredKind[],
    private readonly later: () => Promise<unknown> = async () => {},
  ) {
    for (const kind of kinds) if (isLoaded(kind)) this.here.set(kind.name, kind);
  }

  /** Undefined for a kind that nobody knows, and while its code is not here. */
  get = (name: string): Kind | undefined => this.here.get(name);

  /** @throws what kept the kind from being loaded. */
  async load(kind: RegisteredKind): Promise<Kind> {
    if (isLoaded(kind)) return kind;
    const loading = this.loading.get(kind.name) ?? this.later().then(() => kind.loadKind());
    this.loading.set(kind.name, loading);
    const loaded = await loading;
    const brought = this.kinds.filter(({ name }) => loaded.brings?.includes(name) && !this.here.has(name));
    this.here.set(loaded.name, loaded);
    await Promise.all(brought.map((each) => this.load(each)));
    return loaded;
  }
}
