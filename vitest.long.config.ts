import { defineConfig } from 'vitest/config';
import { ministackMissing } from './lab/testbed/ministack.ts';
import everyDay, { WITHOUT_MOTO } from './vitest.config.ts';

const missing = ministackMissing();
if (missing && process.env['CI']) throw new Error(`in CI nothing is skipped: ${missing}`);
if (missing) console.warn(`SKIPPED: every test in test/long/*.ministack.test.ts, since ${missing}\n`);

/** What takes minutes: samples of the systematic runs, and large accounts. `npm run test:long`, and in CI. */
export default defineConfig({
  test: {
    ...everyDay.test,
    include: ['test/long/**/*.test.ts'],
    exclude: [...WITHOUT_MOTO, ...(missing ? ['**/*.ministack.test.ts'] : [])],
    env: { ...everyDay.test?.env, MOTO_ENABLED_REGIONS: '' },
    // Against hanging only, as every day.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // What they do takes longer than what they load.
    isolate: true,
    maxWorkers: 3,
  },
});
