import { Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { KillSwitch } from '../../lib/index.ts';
import { findings } from './findings.ts';
import { appWith, emptyApp, MINIMAL } from './synthesis.ts';
import { addForwarding, TEMPLATE_VARIANTS } from './template-variants.ts';

describe('cdk-nag', () => {
  // CloudFormation's own rules take ten seconds more: test/long/cloudformation-rules.test.ts.
  it.each(Object.entries(TEMPLATE_VARIANTS))('finds nothing unacknowledged in %s', (_name, input) => {
    expect(findings(appWith(input).app)).toEqual([]);
  });

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
