import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inPackage } from '../../build/bundle.ts';
import { cliPolicies, kindsPage } from '../../build/docs.ts';
import { kinds } from '../../lambda/kinds/index.ts';

const read = (...path: string[]) => readFileSync(inPackage(...path), 'utf8');

test('docs/kinds.md says what the code says: npm run docs', () => {
  expect(read('docs', 'kinds.md')).toBe(kindsPage(kinds));
});

test.each(Object.entries(cliPolicies(kinds)))(
  'docs/permissions/%s.json says what the code says',
  (name, policy) => {
    expect(JSON.parse(read('docs', 'permissions', `${name}.json`))).toEqual(policy);
  },
);
