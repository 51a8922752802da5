import { constants } from 'node:fs';
import { access, link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** Where the journal lives: a folder or a bucket. Keys use `/`; values are small UTF-8 texts. */
export interface Store {
  /** For people: a path, or `s3://bucket/prefix`. */
  readonly location: string;
  /** Durable when it resolves. With `ifAbsent` and an existing key: writes nothing, resolves to false. */
  put(key: string, text: string, options?: { readonly ifAbsent?: boolean }): Promise<boolean>;
  /** Undefined when there is no such key. */
  get(key: string): Promise<string | undefined>;
  /** All keys under a prefix, sorted. */
  list(prefix: string): Promise<string[]>;
}

/** A store in a local folder. Every write is flushed to the disk; a reader never sees half a text. */
export class FolderStore implements Store {
  private count = 0;
  constructor(readonly location: string) {}

  /** Creates the folder. @throws when it is not writable. */
  async prepare(): Promise<void> {
    await mkdir(this.location, { recursive: true, mode: 0o700 });
    await access(this.location, constants.W_OK);
  }

  async put(key: string, text: string, options: { readonly ifAbsent?: boolean } = {}): Promise<boolean> {
    const path = join(this.location, key);
    const draft = `${path}.${process.pid}.${this.count++}.draft`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!options.ifAbsent) {
      await rename(draft, path);
      return true;
    }
    try {
      await link(draft, path);
      return true;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw thrown;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return await readFile(join(this.location, key), 'utf8');
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw thrown;
    }
  }

  async list(prefix: string): Promise<string[]> {
    const folder = join(this.location, prefix);
    try {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.draft'))
        .map((entry) =>
          relative(this.location, join(entry.parentPath ?? entry.path, entry.name))
            .split(sep)
            .join('/'),
        )
        .sort((a, b) => (a < b ? -1 : 1));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw thrown;
    }
  }
}
