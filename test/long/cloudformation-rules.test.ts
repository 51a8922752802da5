import { setFlagsFromString } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findings } from '../lib/findings.ts';
import { appWith } from '../lib/synthesis.ts';
import { TEMPLATE_VARIANTS } from '../lib/template-variants.ts';

describe("cdk-nag, and CloudFormation's rules as errors", () => {
  // The rules are WebAssembly, run five times: to let V8 optimise them takes longer than to run them as they are.
  beforeAll(() => setFlagsFromString('--liftoff-only'));
  afterAll(() => setFlagsFromString('--no-liftoff-only'));

  it.each(Object.entries(TEMPLATE_VARIANTS))('find nothing unacknowledged in %s', (_name, input) => {
    expect(findings(appWith(input, { validated: true }).app)).toEqual([]);
  });
});
