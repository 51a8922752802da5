import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';
import { InputError } from '../../lambda/core/settings.ts';
import { CONFIG_FILE, loadSettings } from '../../lib/settings.ts';

const REQUIRED = { email: 'owner@example.com', monthlyBudgetUsd: '50', 'allow.none': 'true' };
const KEY = 'AKIAIOSFODNN7OWNERS1';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'killswitch-settings-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const write = (config: unknown) =>
  writeFileSync(join(directory, CONFIG_FILE), typeof config === 'string' ? config : JSON.stringify(config));

function problemsOf(context: Record<string, unknown>): readonly string[] {
  try {
    loadSettings(directory, context);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings from -c alone', () => {
  it('take numbers, booleans, lists and dotted keys as text', () => {
    const settings = loadSettings(directory, {
      email: 'owner@example.com',
      monthlyBudgetUsd: '50.5',
      mode: 'terminate',
      homeRegions: 'eu-west-1, eu-central-1',
      terminateElsewhere: 'true',
      'allow.accessKeys': `${KEY},AKIAI44QH7DHBOWNERS2`,
      'allow.users': 'alice',
      logRetentionDays: '30',
    });
    expect(settings).toMatchObject({
      monthlyBudgetUsd: 50.5,
      mode: 'terminate',
      homeRegions: ['eu-west-1', 'eu-central-1'],
      terminateElsewhere: true,
      allow: { accessKeys: [KEY, 'AKIAI44QH7DHBOWNERS2'], users: ['alice'], none: false },
      logRetentionDays: 30,
    });
  });

  it('take webhooks as URLs or as JSON', () => {
    const urls = { ...REQUIRED, 'notify.webhooks': 'https://one.example,https://two.example' };
    expect(loadSettings(directory, urls).notify.webhooks).toEqual([
      { url: 'https://one.example', format: 'json' },
      { url: 'https://two.example', format: 'json' },
    ]);
    const json = { ...REQUIRED, 'notify.webhooks': '[{"url":"https://one.example","format":"slack"}]' };
    expect(loadSettings(directory, json).notify.webhooks).toEqual([
      { url: 'https://one.example', format: 'slack' },
    ]);
  });

  it("pass over CDK's own keys", () => {
    const context = {
      ...REQUIRED,
      'aws:cdk:enable-path-metadata': true,
      '@aws-cdk/core:checkSecretUsage': true,
    };
    expect(loadSettings(directory, context).email).toBe('owner@example.com');
  });
});

describe('settings from the file', () => {
  it('are overridden by -c, field by field', () => {
    write({
      email: 'owner@example.com',
      monthlyBudgetUsd: 50,
      allow: { users: ['alice'], instances: ['i-0123456789abcde00'] },
    });
    const settings = loadSettings(directory, { monthlyBudgetUsd: '80', 'allow.users': 'bob' });
    expect(settings).toMatchObject({
      email: 'owner@example.com',
      monthlyBudgetUsd: 80,
      allow: { users: ['bob'], instances: ['i-0123456789abcde00'] },
    });
  });

  it('may name their schema', () => {
    write({
      $schema: './killswitch.config.schema.json',
      email: 'owner@example.com',
      monthlyBudgetUsd: 5,
      mode: 'dry-run',
    });
    expect(loadSettings(directory, {}).mode).toBe('dry-run');
  });

  it('are refused as the sample shows them, each placeholder by its field and the fix, and accepted when edited', () => {
    const sample = readFileSync(inPackage('killswitch.config.sample.json'), 'utf8');
    write(sample);
    expect(problemsOf({})).toEqual([
      expect.stringMatching(/: email is still the example "me@example\.com": give the address/),
      expect.stringMatching(/: allow names no access key and no user, .*: list yours in allow\.accessKeys/),
    ]);
    const edited = sample.replace('me@example.com', 'owner@example.com').replace('[]', JSON.stringify([KEY]));
    write(edited);
    expect(loadSettings(directory, {}).allow.accessKeys).toEqual([KEY]);
  });

  it('are refused as docs/settings.md shows them: no example passes for the value of an owner', () => {
    const page = readFileSync(inPackage('docs', 'settings.md'), 'utf8');
    write(/```json\n([^`]+)```/.exec(page)?.[1] ?? '');
    const fields = problemsOf({}).map((problem) => / (\S+) is still the example "/.exec(problem)?.[1]);
    expect(fields.sort()).toEqual([
      'allow.accessKeys.0',
      'allow.instances.0',
      'email',
      'guard.heartbeatUrl',
      'notify.webhooks.0.url',
      'notify.webhooks.1.routingKey',
    ]);
  });

  it('are refused by -c, too, when they are examples', () => {
    expect(problemsOf({ ...REQUIRED, email: 'You@Example.com' })).toEqual([
      expect.stringMatching(/^-c: email is still the example/),
    ]);
  });

  it('may begin with a byte order mark, which counts for no column', () => {
    write(`\uFEFF${JSON.stringify({ email: 'owner@example.com', monthlyBudgetUsd: 5, mode: 'dry-run' })}`);
    expect(loadSettings(directory, {}).mode).toBe('dry-run');
    write('\uFEFF{ email: 1 }');
    expect(problemsOf(REQUIRED)[0]).toContain(`${CONFIG_FILE}:1:3: `);
  });

  it('are refused when a key is given twice, at any depth, with the lines of both', () => {
    write(`{
  "mode": "dry-run",
  "allow": { "users": ["bob"],
    "users": ["carol"] },
  "notify": { "webhooks": [{ "url": "https://one.example", "url": "https://two.example" }] },
  // Later somebody added:
  "mode": "terminate",
  "mode": "stop"
}`);
    expect([...problemsOf({ email: 'owner@example.com', monthlyBudgetUsd: '5' })].sort()).toEqual([
      `${CONFIG_FILE}: allow.users is given 2 times, in lines 3 and 4: keep one of them`,
      `${CONFIG_FILE}: mode is given 3 times, in lines 2, 7 and 8: keep one of them`,
      `${CONFIG_FILE}: notify.webhooks.0.url is given 2 times, in lines 5 and 5: keep one of them`,
    ]);
  });

  it('are refused by -c when one gives what another gives, or its JSON a key twice', () => {
    const twice = {
      ...REQUIRED,
      tripwire: '{"everyMinutes":5,"everyMinutes":1}',
      'tripwire.enabled': 'true',
    };
    expect(problemsOf(twice)).toEqual([
      '-c tripwire and -c tripwire.enabled give the same setting twice: keep one of them',
      '-c tripwire: everyMinutes is given 2 times: keep one of them',
    ]);
  });

  it('may hold comments, and a comma after the last entry', () => {
    write(
      '{\n  // me\n  "email": "owner@example.com",\n  "allow": { "users": ["bob" /* on call */,] },\n}\n',
    );
    const settings = loadSettings(directory, { monthlyBudgetUsd: '5' });
    expect(settings).toMatchObject({ email: 'owner@example.com', allow: { users: ['bob'] } });
  });

  it('are refused where a field hides behind a prototype', () => {
    write('{ "__proto__": { "mode": "dry-run" } }');
    expect(problemsOf(REQUIRED)).toEqual([expect.stringMatching(/ __proto__ is not a setting/)]);
  });

  it.each([
    ['{\n  "email": "owner@example.com"\n  "mode": "stop"\n}', 3, 3],
    ['{\n  // mine\n  "email": ,\n}', 3, 12],
    ['{ email: 1 }', 1, 3],
    ['', 1, 1],
  ])('name line and column of a JSON error: %j', (text, line, column) => {
    write(text);
    const [problem] = problemsOf(REQUIRED);
    expect(problem).toContain(`${join(directory, CONFIG_FILE)}:${line}:${column}: `);
    expect(problem).toContain('valid JSON');
  });

  it('must be one object', () => {
    write([]);
    expect(problemsOf(REQUIRED)).toEqual([expect.stringContaining('must hold one JSON object')]);
  });
});

describe('wrong settings', () => {
  it('are all listed at once, each with its source, its field and its value', () => {
    write({ email: 'nobody', mode: 'halt', allow: { accessKeys: ['AKIA1'] }, regio: 'us-east-1' });
    const problems = problemsOf({
      monthlyBudgetUsd: 'lots',
      'allow.instances': 'i-1',
      'alow.none': 'true',
      budget: '5',
    });
    const expected = [
      [/^-c alow\.none=true is not a setting/],
      [/^-c budget=5 is not a setting/],
      [/ email is not an e-mail address/, /"nobody"/],
      [/ monthlyBudgetUsd /, /number of US dollars/, /"lots"/],
      [/ mode must be stop, terminate or dry-run/, /"halt"/],
      [/ allow\.accessKeys\.0 is not an access key id: expected/, /"AKIA1"/],
      [/ allow\.instances\.0 is not an instance id: expected/, /"i-1"/],
      [/ regio is not a setting: remove it/],
    ];
    expect(problems).toHaveLength(expected.length);
    for (const parts of expected) {
      const matching = problems.filter((problem) => parts.every((part) => part.test(problem)));
      expect([parts, matching.length]).toEqual([parts, 1]);
    }
    for (const problem of problems.slice(2)) expect(problem).toMatch(/^killswitch\.config\.json and -c: /);
  });

  it('include a boolean that is neither, and a value where an object belongs', () => {
    write({ email: 'owner@example.com', monthlyBudgetUsd: 5, allow: 'nothing' });
    const problems = problemsOf({ terminateElsewhere: 'yes', 'allow.none': 'true' });
    expect([...problems].sort()).toEqual([
      expect.stringMatching(/ allow .*"nothing"/),
      expect.stringMatching(/ terminateElsewhere must be true or false.*"yes"/),
    ]);
  });

  it('include no allowlist at all: synth refuses to disable the owner, and says how to go on', () => {
    const problems = problemsOf({ email: 'owner@example.com', monthlyBudgetUsd: '50' });
    expect(problems).toEqual([
      expect.stringMatching(/every key in the account would be disabled.*allow\.none/),
    ]);
  });

  it('are named as required when nothing is given', () => {
    const problems = problemsOf({});
    expect(problems).toEqual([
      expect.stringMatching(/email is required/),
      expect.stringMatching(/monthlyBudgetUsd is required/),
      expect.stringMatching(/allow names no access key and no user/),
    ]);
  });
});

describe('allow.resources', () => {
  it('takes what some kind can mean, and refuses what none could: a typo must not pass for protection', () => {
    const known = ['ec2-auto-scaling-group/eu-west-1/web', 'arn:aws:ec2:eu-west-1:123456789012:instance/i-1'];
    const settings = loadSettings(directory, {
      ...REQUIRED,
      'allow.none': 'true',
      'allow.resources': known.join(),
    });
    expect(settings.allow.resources).toEqual(known);
    expect(problemsOf({ ...REQUIRED, 'allow.resources': 'ec2-instances/eu-west-1/i-1' })).toEqual([
      expect.stringMatching(/allow\.resources names ec2-instances\/eu-west-1\/i-1, which is of no kind/),
    ]);
    expect(problemsOf({ ...REQUIRED, 'allow.resources': 'i-1' })).toEqual([
      expect.stringMatching(/allow\.resources\.0 is neither an ARN nor kind\/region\/id/),
    ]);
  });
});
