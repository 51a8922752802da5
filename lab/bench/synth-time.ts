import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { inPackage } from '../../build/package.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { childEnvironment, expectSuccess, runChild } from './child-process.ts';
import { atMost, median, type Section } from './measurement.ts';

const RUNS = 3;
const CDK = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');
const SETTINGS = ['email=owner@example.com', 'monthlyBudgetUsd=50', 'allow.none=true'];

/** `npm run synth`, into a folder that is thrown away. */
export async function measureSynth(): Promise<Section> {
  const seconds: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const folder = temporaryFolder('killswitch-bench-synth-');
    const context = SETTINGS.flatMap((setting) => ['-c', setting]);
    const command = [
      process.execPath,
      CDK,
      'synth',
      '--no-notices',
      '-q',
      '-o',
      folder.path,
      ...context,
    ] as const;
    try {
      const run = await runChild([...command], {
        cwd: inPackage(),
        env: childEnvironment('http://localhost:9', [], { CDK_DISABLE_CLI_TELEMETRY: 'true' }),
        atMostMs: 120_000,
      });
      expectSuccess(run, 'cdk synth');
      seconds.push((run.endedAt - run.startedAt) / 1000);
    } finally {
      folder.remove();
    }
  }
  return {
    title: 'cdk synth',
    method: [`Wall time of npm run synth's own command, the function's bundle included; median of ${RUNS}.`],
    measurements: [atMost('cdk synth', median(seconds), 6, ' s', { hard: false, digits: 1 })],
  };
}
