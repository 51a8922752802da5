import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 3,
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    // A test that leaves this machine is a defect: any connection but to loopback throws, and says where it went.
    setupFiles: ['./testbed/loopback-guard.mjs', './test/property-seed.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
  },
});
