import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KillSwitch } from '../../lib/index.ts';
import { appWith, emptyApp, MINIMAL } from './synthesis.ts';
import { addForwarding, TEMPLATE_VARIANTS } from './template-variants.ts';

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

  it.each(Object.entries(TEMPLATE_VARIANTS))('find nothing unacknowledged in %s', (_name, input) => {
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
    addForwarding(app);
    expect(findings(app)).toEqual([]);
  });

  it('does look: a bare bucket is found', () => {
    const app = emptyApp();
    new Bucket(new Stack(app, 'Bare'), 'Bucket');
    expect(() => findings(app)).toThrow('AwsSolutions-S1');
  });
});
