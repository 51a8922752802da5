import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ENVIRONMENT, GOOD, synth } from './app-process.ts';

const hashOf = (directory: string): string => {
  const hash = createHash('sha256');
  for (const file of readdirSync(directory).sort())
    hash.update(file).update(readFileSync(join(directory, file)));
  return hash.digest('hex');
};

test('the CDK app synthesizes the same bytes each time', () => {
  const [first, second] = [1, 2].map(() => {
    const { outdir } = synth(GOOD, ENVIRONMENT);
    const asset = readdirSync(outdir).find((entry) => entry.startsWith('asset.')) ?? '';
    return [asset, hashOf(join(outdir, asset))];
  });
  expect(first?.[0]).not.toBe('');
  expect(first).toEqual(second);
});
