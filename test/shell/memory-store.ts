import type { Store } from '../../lambda/shell/journal/store.ts';

/** A store in memory; it passes the same tests as the others. */
export class MemoryStore implements Store {
  readonly location = 'memory:';
  readonly texts = new Map<string, string>();
  /** Runs before each operation; it may wait or throw. */
  before: (operation: 'put' | 'get' | 'list', key: string) => Promise<void> = async () => {};

  async put(key: string, text: string, options: { readonly ifAbsent?: boolean } = {}): Promise<boolean> {
    await this.before('put', key);
    if (options.ifAbsent && this.texts.has(key)) return false;
    this.texts.set(key, text);
    return true;
  }

  async get(key: string): Promise<string | undefined> {
    await this.before('get', key);
    return this.texts.get(key);
  }

  async list(prefix: string): Promise<string[]> {
    await this.before('list', prefix);
    return [...this.texts.keys()].filter((key) => key.startsWith(prefix)).sort((a, b) => (a < b ? -1 : 1));
  }
}

export const forever = () => new Promise<never>(() => {});
