import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inPackage } from '../../build/bundle.ts';
import { cliPolicies, kindsPage, simulationPage } from '../../build/docs.ts';
import { pricesPage } from '../../build/prices-page.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { CLAIMS } from '../../sim/claims.ts';

const read = (...path: string[]) => readFileSync(inPackage(...path), 'utf8');

test('docs/kinds.md says what the code says: npm run docs', () => {
  expect(read('docs', 'kinds.md')).toBe(kindsPage(kinds));
});

test('docs/simulated-account.md says what the code says: npm run docs', () => {
  expect(read('docs', 'simulated-account.md')).toBe(simulationPage(CLAIMS));
});

test('docs/prices.md says what the code says: npm run docs', () => {
  expect(read('docs', 'prices.md')).toBe(pricesPage());
});

test.each(Object.entries(cliPolicies(kinds)))(
  'docs/permissions/%s.json says what the code says',
  (name, policy) => {
    expect(JSON.parse(read('docs', 'permissions', `${name}.json`))).toEqual(policy);
  },
);
