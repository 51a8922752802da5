import { defineConfig } from 'vitest/config';
import { awsCliMissing, ministackMissing } from './lab/testbed/ministack.ts';
import everyDay, { WITHOUT_MOTO } from './vitest.config.ts';

const MINISTACK = 'test/long/**/*.ministack.test.ts';
const FIRST_HOUR = 'test/long/first-hour/**';
const missing = [
  [MINISTACK, ministackMissing()],
  [FIRST_HOUR, awsCliMissing()],
].flatMap(([files, what]) => (files && what ? [{ files, what }] : []));
for (const { files, what } of missing) {
  if (process.env['CI']) throw new Error(`in CI nothing is skipped: ${what}`);
  console.warn(`SKIPPED: every test in ${files}, since ${what}\n`);
}

/** What takes minutes: samples of the systematic runs, and large accounts. `npm run test:long`, and in CI. */
export default defineConfig({
  test: {
    ...everyDay.test,
    include: ['test/long/**/*.test.ts'],
    exclude: [...WITHOUT_MOTO, ...missing.map(({ files }) => files)],
    env: { ...everyDay.test?.env, MOTO_ENABLED_REGIONS: '' },
    // Against hanging only, as every day.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // What they do takes longer than what they load.
    isolate: true,
    maxWorkers: 3,
  },
});
