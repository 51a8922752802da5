import { cpSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inPackage } from '../../build/package.ts';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import { runToEnd } from '../../simulated-aws/host/child-processes.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';

const CDK = join(dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')), 'bin', 'cdk');
const TSX = import.meta.resolve('tsx/esm/api');

const GUARD = new URL('../../simulated-aws/host/loopback-guard.mjs', import.meta.url).href;

/** The real CDK command line, on settings of its own, so that the owner's config file in the repository is not read. */
export class Cdk {
  readonly #temporary = temporaryFolder('killswitch-cdk-');
  readonly folder = this.#temporary.path;
  readonly assembly = join(this.folder, 'cdk.out');

  constructor(
    settings: SettingsInput,
    readonly target: {
      readonly endpoint: string;
      readonly account: string;
      readonly region: string;
      /** A file with the certificate of an endpoint that speaks TLS. */
      readonly certificate?: string | undefined;
    },
  ) {
    cpSync(inPackage('cdk.json'), join(this.folder, 'cdk.json'));
    writeFileSync(join(this.folder, 'killswitch.config.json'), JSON.stringify(settings));
    const app = pathToFileURL(inPackage('bin', 'app.ts')).href;
    // The app's command line is split by the CDK, which breaks on quoted paths; this one needs no quotes.
    writeFileSync(
      join(this.folder, 'app.mjs'),
      `import { register } from '${TSX}';\nregister();\nawait import('${app}');\n`,
    );
  }

  /** Builds the function's asset and the template into `assembly`. */
  async synthesize(): Promise<void> {
    await this.#run('synth', '--quiet', '--app', 'node app.mjs', '--output', this.assembly);
  }

  async bootstrap(): Promise<void> {
    const { account, region } = this.target;
    await this.#run('bootstrap', `aws://${account}/${region}`, '--app', '');
  }

  /** Deploys what `synthesize` made. Directly: change sets lose their outputs in moto. */
  async deploy(): Promise<void> {
    await this.#run('deploy', '--method=direct', '--require-approval', 'never', '--app', this.assembly);
  }

  remove(): void {
    this.#temporary.remove();
  }

  async #run(...args: string[]): Promise<void> {
    await runToEnd(`cdk ${args[0]}`, [process.execPath, CDK, ...args, '--no-notices', '--ci'], {
      cwd: this.folder,
      env: this.#environment(),
    });
  }

  #environment(): NodeJS.ProcessEnv {
    const { endpoint, account, region, certificate } = this.target;
    const own = Object.entries(process.env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
    return {
      ...Object.fromEntries(own),
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      // The CDK has an agent of its own, which does not go by Node's variable.
      ...(certificate ? { AWS_CA_BUNDLE: certificate, NODE_EXTRA_CA_CERTS: certificate } : {}),
      CDK_DEFAULT_ACCOUNT: account,
      CDK_DEFAULT_REGION: region,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      NO_COLOR: '1',
      NODE_OPTIONS: `--import=${GUARD}`,
    };
  }
}
