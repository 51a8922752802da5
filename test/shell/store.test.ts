import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderStore, type Store } from '../../lambda/shell/journal/store.ts';
import { MemoryStore } from './memory-store.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killswitch-store-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const newFolder = () => join(folder, String(count++));

const stores: [string, () => Store][] = [
  ['a folder', () => new FolderStore(newFolder())],
  ['memory', () => new MemoryStore()],
];

describe.each(stores)('a store in %s', (_, make) => {
  it('keeps texts as they are, and overwrites', async () => {
    const store = make();
    const text = 'first\n{"名前":"é"}\u0000\n';
    expect(await store.put('runs/r/journal/a.jsonl', text)).toBe(true);
    expect(await store.get('runs/r/journal/a.jsonl')).toBe(text);
    await store.put('runs/r/journal/a.jsonl', '');
    expect(await store.get('runs/r/journal/a.jsonl')).toBe('');
  });

  it('has no text and no keys where nothing was put', async () => {
    const store = make();
    expect(await store.get('current.json')).toBeUndefined();
    expect(await store.list('incidents/')).toEqual([]);
    await store.put('incidents/i/runs/r.json', '{}');
    expect(await store.get('incidents/i/runs/other.json')).toBeUndefined();
  });

  it('lists keys under a prefix in order, written in any order', async () => {
    const store = make();
    for (const n of [3, 1, 2]) await store.put(`runs/r/journal/us-east-1-0000${n}.jsonl`, '');
    await store.put('runs/r/report.json', '');
    await store.put('runs/s/journal/x.jsonl', '');
    expect(await store.list('runs/r/journal/')).toEqual(
      [1, 2, 3].map((n) => `runs/r/journal/us-east-1-0000${n}.jsonl`),
    );
  });

  it('lets exactly one of twenty writers be first, and keeps that text', async () => {
    const store = make();
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.put('claims/c.json', String(n), { ifAbsent: true })),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await store.get('claims/c.json')).toBe(String(won.indexOf(true)));
  });
});

describe('a folder', () => {
  it('always shows a whole text, also while it is overwritten', async () => {
    const store = new FolderStore(newFolder());
    const texts = ['a', 'b'].map((letter) => letter.repeat(200_000));
    await store.put('k', texts[0] ?? '');
    let writing = true;
    const writer = (async () => {
      for (let n = 0; n < 20; n++) await store.put('k', texts[n % 2] ?? '');
      writing = false;
    })();
    while (writing) expect(texts).toContain(await store.get('k'));
    await writer;
  });

  it('leaves no drafts, and other users cannot read it', async () => {
    const path = newFolder();
    const store = new FolderStore(path);
    await store.prepare();
    await store.put('k', 'x');
    await store.put('k', 'y', { ifAbsent: true });
    expect(await readdir(path)).toEqual(['k']);
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect((await stat(join(path, 'k'))).mode & 0o077).toBe(0);
  });

  it('does not list the draft of an interrupted writer', async () => {
    const path = newFolder();
    const store = new FolderStore(path);
    await store.put('runs/a', 'x');
    await writeFile(join(path, 'runs', 'b.1.0.draft'), 'half');
    expect(await store.list('runs/')).toEqual(['runs/a']);
    expect(await readFile(join(path, 'runs', 'a'), 'utf8')).toBe('x');
  });

  it('that cannot be created is an error', async () => {
    const path = newFolder();
    await writeFile(path, 'a file');
    await expect(new FolderStore(path).prepare()).rejects.toThrow();
    await expect(new FolderStore(path).put('k', 'x')).rejects.toThrow();
  });
});
