import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPackage } from '../../build/package.ts';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import { runToEnd } from '../../simulated-aws/host/child-processes.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';

const TSX = import.meta.resolve('tsx');
const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;
const APP = inPackage('bin', 'app.ts');

/** What the CDK's command line adds: the template then says which asset belongs to which resource. */
const FROM_THE_COMMAND_LINE = { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true };

const assemblies = new Map<string, Promise<string>>();

/**
 * The cloud assembly that the real CDK app makes of these settings for an account, in a folder that lives as long as
 * this process. The app is started as the CDK command line starts it, which itself would ask STS for the account.
 * The same settings are synthesized once. Rejects with the app's output when it fails.
 */
export function synthesized(settings: SettingsInput, account: string): Promise<string> {
  const key = JSON.stringify([settings, account]);
  const known = assemblies.get(key);
  if (known !== undefined) return known;
  const assembly = synthesize(settings, account);
  assemblies.set(key, assembly);
  return assembly;
}

async function synthesize(settings: SettingsInput, account: string): Promise<string> {
  const { path } = temporaryFolder('killswitch-assembly-');
  const outdir = join(path, 'cdk.out');
  writeFileSync(join(path, 'killswitch.config.json'), JSON.stringify(settings));
  const { context } = JSON.parse(readFileSync(inPackage('cdk.json'), 'utf8')) as { context: object };
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  await runToEnd('the CDK app', [process.execPath, '--import', GUARD, '--import', TSX, APP], {
    cwd: path,
    env: {
      ...Object.fromEntries(own),
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...FROM_THE_COMMAND_LINE }),
      CDK_DEFAULT_ACCOUNT: account,
      CDK_DEFAULT_REGION: settings.region ?? 'us-east-1',
    },
  });
  return outdir;
}
