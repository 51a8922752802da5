import { defineConfig } from 'vitest/config';
import everyDay, { WITHOUT_MOTO } from './vitest.config.ts';

/** What takes minutes: samples of the systematic runs, and large accounts. `npm run test:long`, and in CI. */
export default defineConfig({
  test: {
    ...everyDay.test,
    include: ['test/long/*.test.ts'],
    exclude: WITHOUT_MOTO,
    env: { ...everyDay.test?.env, MOTO_ENABLED_REGIONS: '' },
    // Against hanging only, as every day.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // What they do takes longer than what they load.
    isolate: true,
    maxWorkers: 3,
  },
});
