import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CLAIMS } from '../../build/generate/claims.ts';
import { cliPolicies, kindsPage, simulationPage } from '../../build/generate/docs.ts';
import { findKinds, registryOf } from '../../build/generate/kind-registry.ts';
import { pricesPage } from '../../build/generate/prices-page.ts';
import { inPackage } from '../../build/package.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

const read = (...path: string[]) => readFileSync(inPackage(...path), 'utf8');

test.each(Object.entries(registryOf(await findKinds())))(
  'lambda/kinds/%s names what the folders beside it hold: npm run generate',
  (file, text) => {
    expect(read('lambda', 'kinds', file)).toBe(text);
  },
);

test('docs/kinds.md says what the code says: npm run generate', () => {
  expect(read('docs', 'kinds.md')).toBe(kindsPage(allKinds));
});

test('docs/simulated-account.md says what the code says: npm run generate', () => {
  expect(read('docs', 'simulated-account.md')).toBe(simulationPage(CLAIMS));
});

test('docs/prices.md says what the code says: npm run generate', () => {
  expect(read('docs', 'prices.md')).toBe(pricesPage());
});

test.each(Object.entries(cliPolicies(allKinds)))(
  'docs/permissions/%s.json says what the code says',
  (name, policy) => {
    expect(JSON.parse(read('docs', 'permissions', `${name}.json`))).toEqual(policy);
  },
);
