import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { motoMissing } from './lab/testbed/moto-installation.ts';

const missing = motoMissing();
if (missing && process.env['CI']) throw new Error(`in CI nothing is skipped: ${missing}`);
if (missing) console.warn(`SKIPPED: every test in test/**/*.moto.test.ts, since ${missing}\n`);

/** Tests that need the AWS emulator, which needs Python, have `.moto.` in their names. */
export const WITHOUT_MOTO = missing ? ['**/*.moto.test.ts'] : [];

/** Tests that wait for processes take longest: begun last, one of them alone would keep a core busy at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isMoto = ({ moduleId }: TestSpecification) => moduleId.includes('.moto.');
    return [...sorted.filter(isMoto), ...sorted.filter((file) => !isMoto(file))];
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than cores: a test that waits for a process leaves its own idle. Each loads the SDK, the CDK and the
    // simulation, ten seconds of a core.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // What TypeScript became is kept in node_modules, by content: half a minute of a core in every later run.
    experimental: { fsModuleCache: true },
    // The AWS SDK and the CDK are loaded once a worker, not once a file: a third of the time. See test/fresh-process.ts.
    isolate: false,
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', ...WITHOUT_MOTO],
    globalSetup: './lab/testbed/run-folder.ts',
    // A test that leaves this machine is a defect: any connection but to loopback throws, and says where it went.
    setupFiles: [
      './simulated-aws/host/loopback-guard.mjs',
      './test/fresh-process.ts',
      './test/property-seed.ts',
    ],
    env: {
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // The SDK's last resort for credentials is not on this machine.
      AWS_EC2_METADATA_DISABLED: 'true',
      // moto answers on one core: with all of its 21 enabled regions a fire takes four times as long. The long tests
      // and the drill have them all.
      MOTO_ENABLED_REGIONS: 'us-east-1,us-west-2,eu-west-1,eu-west-2,sa-east-1,me-south-1',
    },
    // Against hanging only: no verdict may depend on how fast this machine is, or on what else it has to do.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 60_000,
  },
});
