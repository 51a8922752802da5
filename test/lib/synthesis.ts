import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inPackage } from '../../build/package.ts';
import { parseSettings, type SettingsInput } from '../../lambda/core/settings.ts';
import { KillswitchStack } from '../../lib/stack.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

export const MINIMAL: SettingsInput = {
  email: 'me@example.com',
  monthlyBudgetUsd: 50,
  allow: { accessKeys: ['AKIAIOSFODNN7EXAMPLE'] },
};

const assemblies = mkdtempSync(join(tmpdir(), 'killswitch-synthesis-'));

const FLAGS = JSON.parse(readFileSync(inPackage('cdk.json'), 'utf8')).context;

/** A CloudFormation template as JSON. */
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/**
 * An app without its asset: the bundle has tests of its own, and takes a second. `validated` runs CloudFormation's
 * own rules as errors, which takes two more.
 */
export function emptyApp({ validated = false } = {}): App {
  return new App({
    context: {
      ...FLAGS,
      'aws:cdk:bundling-stacks': [],
      '@aws-cdk/core:validateAgainstDefaultRules': validated,
    },
    outdir: mkdtempSync(join(assemblies, 'app-')),
    analyticsReporting: false,
    builtinCloudFormationValidation: validated,
  });
}

export function appWith(
  input: Partial<SettingsInput> = {},
  { validated = false } = {},
): { app: App; stack: KillswitchStack } {
  const app = emptyApp({ validated });
  const settings = parseSettings({ ...MINIMAL, ...input }, 'test');
  return { app, stack: new KillswitchStack(app, 'Killswitch', { settings, builtAt: 0, account: ACCOUNT }) };
}

export function synthesize(input: Partial<SettingsInput> = {}): { template: Template; json: TemplateJson } {
  const template = Template.fromStack(appWith(input).stack);
  return { template, json: template.toJSON() as TemplateJson };
}

/** The only resource of that type whose logical id matches, with its id. */
export function resource(json: TemplateJson, type: string, id = /./): [string, TemplateResource] {
  const found = Object.entries(json.Resources).filter(([name, { Type }]) => Type === type && id.test(name));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} resources of type ${type} match ${id}`);
  return only;
}
