import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';

const folder = join(import.meta.dirname, '..', '..', 'simulated-aws');
const example = readFileSync(join(folder, 'example.ts'), 'utf8');

it('quotes the example', () => {
  const [, quoted] = /```ts\n(.*?)```/s.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];
  expect(quoted).toBe(example);
});

it('has an example that prints what its comments say', async () => {
  const printed = vi.spyOn(console, 'log').mockReturnValue(undefined);
  await import('../../simulated-aws/example.ts');
  const promised = [...example.matchAll(/console\.log\(.*\); \/\/ (.+)$/gm)].map(([, value = '']) =>
    JSON.parse(value.replaceAll("'", '"')),
  );
  expect(promised).toHaveLength(3);
  expect(printed.mock.calls.map(([value]) => value as unknown)).toEqual(promised);
  printed.mockRestore();
});
