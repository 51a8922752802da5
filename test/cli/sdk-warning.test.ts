import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';
import { Cli } from './cli-process.ts';

/** The SDK warns at its first client, by the version that it reads here. */
const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'version', { value: 'v20.19.0' })",
)}`;

const cli = await Cli.build({
  AWS_ENDPOINT_URL: 'http://localhost:1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  NODE_OPTIONS: `--import=${OLD_NODE}`,
});
afterAll(() => cli.remove());

it("never shows the AWS SDK's warning about the version of Node.js", async () => {
  const { code, stderr } = await cli.run(['status']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: network: no call to AWS was answered/)]);
});

it('nor does the CDK app, nor any command of npm run that calls AWS', () => {
  const experiments = readdirSync(inPackage('lab')).flatMap((folder) =>
    readdirSync(inPackage('lab', folder)).includes('main.ts') ? [join('lab', folder, 'main.ts')] : [],
  );
  expect(experiments.length).toBeGreaterThan(5);
  const entries = ['bin/app.ts', 'bin/killswitch.ts', 'build/command-line.ts', 'lab/seeds/runner.ts'];
  for (const entry of entries)
    expect([entry, readFileSync(inPackage(entry), 'utf8')]).toEqual([
      entry,
      expect.stringMatching(/^import '(\.\.\/)*(\.\/)?(build\/)?sdk-warning\.ts';/m),
    ]);
  for (const entry of [...experiments, 'build/prices/refresh-prices.ts'])
    expect([entry, readFileSync(inPackage(entry), 'utf8')]).toEqual([
      entry,
      expect.stringMatching(/from '(\.\.\/)+(build\/)?command-line\.ts';/),
    ]);
});
