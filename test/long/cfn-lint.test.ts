import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_REGIONS, OPT_IN_REGIONS } from '../../lambda/core/regions.ts';
import { WITHOUT_BUDGET_TYPE } from '../../lib/refusals.ts';
import { emptyApp, synthesize } from '../lib/synthesis.ts';
import { addForwarding, TEMPLATE_VARIANTS } from '../lib/template-variants.ts';

const scratch = mkdtempSync(join(tmpdir(), 'killswitch-cfn-lint-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const cfnLint = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
const installed = cfnLint.status === 0;
if (!installed)
  console.warn(
    'cfn-lint is not installed: the template is not linted. Install it with: pip install cfn-lint',
  );

describe.runIf(installed || process.env['CI'])('cfn-lint', () => {
  const templates: Record<string, () => unknown> = {
    forwarding: () => Template.fromStack(addForwarding(emptyApp())).toJSON(),
    ...Object.fromEntries(
      Object.entries(TEMPLATE_VARIANTS).map(([name, input]) => [name, () => synthesize(input).json]),
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
    expect(files).toHaveLength(7);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('knows the same regions without AWS budgets as synth refuses', () => {
    const file = join(scratch, 'budget.json');
    const Properties = { Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY' } };
    writeFileSync(
      file,
      JSON.stringify({ Resources: { Budget: { Type: 'AWS::Budgets::Budget', Properties } } }),
    );
    const regions = [...DEFAULT_REGIONS, ...OPT_IN_REGIONS];
    const { stdout } = spawnSync('cfn-lint', ['--regions', ...regions, '--', file], { encoding: 'utf8' });
    const lacking = [...stdout.matchAll(/'AWS::Budgets::Budget' does not exist in '([^']+)'/g)];
    expect(new Set(lacking.map(([, region]) => region))).toEqual(WITHOUT_BUDGET_TYPE);
  });
});
