import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import { ForwardingStack } from '../../lib/forwarding-stack.ts';
import { KillSwitch } from '../../lib/index.ts';
import { ACCOUNT, appWith, emptyApp, MINIMAL, synthesize } from './synthesis.ts';

const variants: Record<string, Partial<SettingsInput>> = {
  defaults: {},
  terminate: { mode: 'terminate', unstoppable: 'terminate' },
  'dry-run elsewhere': { mode: 'dry-run', region: 'eu-west-1' },
  'users denied by Budgets': { guard: { denyAtLimit: ['alice'] } },
  'without the tripwire': { tripwire: { enabled: false } },
};

const scratch = mkdtempSync(join(tmpdir(), 'killswitch-compliance-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What cdk-nag and CloudFormation's own rules find in an app, after acknowledgments. */
function findings(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { directory } = app.synth();
  const report = JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap(({ violations }: { violations: { ruleName: string }[] }) =>
    violations.map(({ ruleName }) => ruleName),
  );
}

describe("cdk-nag, and CloudFormation's rules as errors", () => {
  // The rules are WebAssembly, run five times: to let V8 optimise them takes longer than to run them as they are.
  beforeAll(() => setFlagsFromString('--liftoff-only'));
  afterAll(() => setFlagsFromString('--no-liftoff-only'));

  it.each(Object.entries(variants))('find nothing unacknowledged in %s', (_name, input) => {
    expect(findings(appWith(input, { validated: true }).app)).toEqual([]);
  });
});

describe('cdk-nag', () => {
  it('finds nothing in a kill switch inside a stack of somebody else', () => {
    const app = emptyApp();
    new KillSwitch(new Stack(app, 'Mine'), 'KillSwitch', { settings: MINIMAL });
    expect(findings(app)).toEqual([]);
  });

  it('finds nothing in a stack that forwards to it', () => {
    const app = emptyApp();
    forwarding(app);
    expect(findings(app)).toEqual([]);
  });

  it('does look: a bare bucket is found', () => {
    const app = emptyApp();
    new Bucket(new Stack(app, 'Bare'), 'Bucket');
    expect(() => findings(app)).toThrow('AwsSolutions-S1');
  });
});

function forwarding(app: App): Stack {
  const settings = parseSettings({ ...MINIMAL, guard: { forwardFrom: ['eu-west-1'] } }, 'test');
  return new ForwardingStack(app, 'Killswitch-forward-eu-west-1', {
    settings,
    region: 'eu-west-1',
    account: ACCOUNT,
  });
}

const cfnLint = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
const installed = cfnLint.status === 0;
if (!installed)
  console.warn(
    'cfn-lint is not installed: the template is not linted. Install it with: pip install cfn-lint',
  );

describe.runIf(installed || process.env['CI'])('cfn-lint', () => {
  const templates: Record<string, () => unknown> = {
    forwarding: () => Template.fromStack(forwarding(emptyApp())).toJSON(),
    ...Object.fromEntries(
      Object.entries(variants).map(([name, input]) => [name, () => synthesize(input).json]),
    ),
  };
  // One process for all: starting it takes longer than linting.
  it('passes each template', () => {
    const files = Object.entries(templates).map(([name, template]) => {
      const file = join(scratch, `${name}.template.json`);
      writeFileSync(file, JSON.stringify(template()));
      return file;
    });
    // CDK makes every function wait for its role by name as well as by reference, which W3005 finds redundant.
    const { status, stdout, stderr } = spawnSync('cfn-lint', ['--ignore-checks', 'W3005', '--', ...files], {
      encoding: 'utf8',
    });
    expect(files).toHaveLength(6);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
