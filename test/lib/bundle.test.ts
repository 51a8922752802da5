import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Plugin } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bundle, bundle, bytesLoaded, chunkOf } from '../../build/bundle/bundle.ts';
import { bundleFunction } from '../../build/bundle/function-bundle.ts';
import { withLiteralKeys } from '../../build/bundle/schema-shaking.ts';
import { UNUSED } from '../../build/bundle/unused-parts.ts';
import { inPackage } from '../../build/package.ts';
import { parseSettings } from '../../lambda/core/settings.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { bundledCli } from '../cli/bundled-cli.ts';
import { type RecordedRequest, startRecorder } from './fixtures/recorder.ts';
import { MINIMAL } from './synthesis.ts';

const KB = 1000;
const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'killswitch-bundle-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const SETTINGS = 'settings.json';
const hashOf = (directory: string, files = readdirSync(directory)): string => {
  const hash = createHash('sha256');
  for (const file of files.toSorted()) hash.update(file).update(readFileSync(join(directory, file)));
  return hash.digest('hex');
};
const codeIn = (directory: string) => readdirSync(directory).filter((file) => file !== SETTINGS);

/** Chunks that hold code of an SDK client. */
const holdersOf = ({ metafile }: Bundle, client: string): string[] =>
  Object.entries(metafile.outputs)
    .filter(([, { inputs }]) =>
      Object.entries(inputs).some(
        ([path, { bytesInOutput }]) => path.includes(`/${client}/`) && bytesInOutput > 0,
      ),
    )
    .map(([path]) => path.split('/').at(-1) ?? '');

/** Bytes of the engine, its credentials among them, S3 for the journal, and what else is named. */
function beforeFirstStop(built: Bundle, more: readonly string[] = []): number {
  const journal = holdersOf(built, 'client-s3');
  expect(journal).not.toEqual([]);
  return bytesLoaded(built, [built.file, ...journal, ...more]);
}

/** So many kinds more in the registry, each with a client that the engine does not have. */
const standIns = (count: number): Plugin => ({
  name: 'stand-ins',
  setup(build) {
    const registry = inPackage('lambda', 'kinds', 'index.ts');
    build.onLoad({ filter: /[\\/]lambda[\\/]kinds[\\/]index\.ts$/ }, () => {
      const names = Array.from({ length: count }, (_, at) => `stand-in-number-${at}`);
      const entries = names.map(
        (name) =>
          `{ name: '${name}', scope: 'regional', loadKind: async () => (await import('${name}')).kind },`,
      );
      const text = readFileSync(registry, 'utf8');
      const contents = text.replace(/\]\);\s*$/, `${entries.join('\n')}\n]);\n`);
      if (contents === text) throw new Error('the registry does not end as it did');
      return { contents, loader: 'ts' };
    });
    build.onResolve({ filter: /^stand-in-number-/ }, ({ path }) => ({ path, namespace: 'stand-in' }));
    build.onLoad({ filter: /./, namespace: 'stand-in' }, ({ path }) => ({
      contents: `import { acmeWidget } from './build/generate/kind-template/index.ts';
        import { LambdaClient } from '@aws-sdk/client-lambda';
        export const kind = { ...acmeWidget, name: '${path}', client: LambdaClient };`,
      loader: 'ts',
      resolveDir: inPackage(),
    }));
  },
});

describe("the function's bundle", () => {
  const settings = parseSettings(MINIMAL, 'test');
  let built: Bundle;
  /** In another folder, where an earlier build has left something, and with another setting. */
  let again: Bundle;
  beforeAll(async () => {
    built = await bundleFunction(join(scratch, 'function'), settings);
    const outdir = join(scratch, 'another', 'folder');
    mkdirSync(outdir, { recursive: true });
    writeFileSync(join(outdir, 'chunk-OLD.mjs'), '');
    again = await bundleFunction(outdir, { ...settings, monthlyBudgetUsd: 60 });
  });

  it('has the same code wherever and however often it is built, whatever lay in its folder', () => {
    expect(codeIn(again.outdir)).toEqual(codeIn(built.outdir));
    expect(hashOf(again.outdir, codeIn(again.outdir))).toBe(hashOf(built.outdir, codeIn(built.outdir)));
  });

  it('holds the settings, with defaults, so that another setting is another asset', () => {
    const settingsOf = ({ outdir }: Bundle) => JSON.parse(readFileSync(join(outdir, SETTINGS), 'utf8'));
    expect(settingsOf(built)).toEqual(settings);
    expect(settingsOf(again)).toEqual({ ...settings, monthlyBudgetUsd: 60 });
    expect(hashOf(again.outdir)).not.toBe(hashOf(built.outdir));
  });

  it('loads at most 470 KB before the first Stop with 40 kinds, and nothing of a further one but its line', async () => {
    const withKinds = async (count: number) => {
      const outdir = join(scratch, `kinds-${count}`);
      const bundled = await bundleFunction(outdir, settings, [standIns(count - allKinds.length)]);
      // With what a Budgets message needs beside the engine.
      const checks = ['shell/sources/budgets.ts', 'shell/journal/tripwire-memory.ts'].map((module) =>
        chunkOf(bundled, module),
      );
      return { engine: beforeFirstStop(bundled), alarm: beforeFirstStop(bundled, checks) };
    };
    const forty = await withKinds(40);
    expect(forty.engine).toBeLessThan(440 * KB);
    expect(forty.alarm).toBeLessThan(470 * KB);
    expect((await withKinds(41)).alarm - forty.alarm).toBeLessThan(150);
  });

  it('loads Budgets only where a message has to be checked', () => {
    const eager = bytesLoaded(built, [built.file]);
    for (const file of holdersOf(built, 'client-budgets'))
      expect(bytesLoaded(built, [built.file, file])).toBeGreaterThan(eager);
  });

  it('signs with the keys of its role alone: no provider that reads files, starts processes or asks addresses', () => {
    const inputs = Object.values(built.metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    const providers = inputs.filter((path) => /node_modules\/.*\/credential-provider-/.test(path));
    expect(providers.filter((path) => !/credential-provider-(env|node)\//.test(path))).toEqual([]);
    expect(providers).not.toEqual([]);
  });

  it('knows no proxy: whoever edits its environment redirects no call; the command line loads one only where it is set', async () => {
    const inputsOf = ({ metafile }: Bundle) =>
      Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
    const ofProxies = /proxy/i;
    expect(inputsOf(built).filter((path) => ofProxies.test(path))).toEqual([]);
    const cli = await bundledCli();
    const started = [cli.file, chunkOf(cli, 'commands/fire.ts')];
    const holder = chunkOf(cli, 'bin/local/proxy-wire.ts');
    expect(bytesLoaded(cli, [...started, holder])).toBeGreaterThan(bytesLoaded(cli, started));
    expect(inputsOf(cli).some((path) => path.includes('node_modules/hpagent/'))).toBe(true);
  });

  it('says where its credentials must be, whatever else the environment offers', async () => {
    const event = JSON.stringify({ action: 'status' });
    const script = `import('./${built.file}').then(async ({ handler }) => {
      const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 60_000 };
      const { budget } = await handler(${event}, context);
      console.log(budget.evidence.budget.unreadable);
    })`;
    const topic = 'arn:aws:sns:us-east-1:123456789012:topic';
    const names = { KILLSWITCH_BUDGET: 'b', KILLSWITCH_JOURNAL_BUCKET: 'journal', KILLSWITCH_SCHEDULE: 's' };
    const topics = {
      KILLSWITCH_ALARM_TOPIC: topic,
      KILLSWITCH_CONTROL_TOPIC: topic,
      KILLSWITCH_REPORT_TOPIC: topic,
    };
    const env = {
      ...{
        ...names,
        ...topics,
        KILLSWITCH_ACCOUNT: '123456789012',
        KILLSWITCH_RULES: '',
        KILLSWITCH_ALARMS: '',
      },
      ...{ AWS_REGION: 'us-east-1', AWS_PROFILE: 'intruder', PATH: process.env['PATH'] },
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/credentials',
    };
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: built.outdir, env });
    expect(stdout).toContain('CredentialsProviderError: the environment holds no credentials');
  });

  it.each(['plan', 'fire'])(
    'and the command line needs no kind but those of the engine until a %s has ended',
    async (command) => {
      const cli = await bundledCli();
      const needed = [cli.file, chunkOf(cli, `commands/${command}.ts`)];
      const all = chunkOf(cli, 'lambda/kinds/all.ts');
      expect(bytesLoaded(cli, [...needed, all])).toBeGreaterThan(bytesLoaded(cli, needed));
    },
  );

  it('leaves Cost Explorer and SNS for later', () => {
    for (const client of ['client-cost-explorer', 'client-sns']) {
      const files = holdersOf(built, client);
      expect(files.length).toBeGreaterThan(0);
      expect(bytesLoaded(built, [built.file, ...files])).toBeGreaterThan(bytesLoaded(built, [built.file]));
      expect(files).not.toContain(built.file);
    }
  });

  it('leaves out what the SDK brings and nothing uses; each of it is still where it was', () => {
    const inputs = Object.values(built.metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    for (const { module } of UNUSED)
      expect([module, inputs.some((path) => path.endsWith(module))]).toEqual([module, true]);
  });

  it('is an ES module that exports the handler, without anything installed beside it', async () => {
    const script = `import('./${built.file}').then((m) => console.log(typeof m.handler))`;
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: built.outdir });
    expect(stdout.trim()).toBe('function');
  });
});

describe('shaking the schemas', () => {
  it('makes the bundle less than half as big and changes no request and no response', async () => {
    const entry = inPackage('test', 'lib', 'fixtures', 'aws-calls.ts');
    const shaken = await bundle({ entry, outdir: join(scratch, 'shaken'), name: 'calls' });
    const plain = await bundle({ entry, outdir: join(scratch, 'plain'), name: 'calls', shake: false });
    expect(bytesLoaded(shaken, [shaken.file])).toBeLessThan(bytesLoaded(plain, [plain.file]) / 2);

    const [fromShaken, fromPlain] = [await conversation(shaken), await conversation(plain)];
    expect(fromShaken.requests).toHaveLength(8);
    expect(fromShaken).toEqual(fromPlain);
    expect(fromShaken.responses).toMatchObject([
      { Regions: [{ RegionName: 'us-east-1' }] },
      { Reservations: [{ Instances: [{ InstanceId: 'i-1', State: { Code: 16, Name: 'running' } }] }] },
      { StoppingInstances: [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }] },
      { name: 'OperationNotPermitted', $fault: 'client' },
      {},
      { AccessKeyMetadata: [{ AccessKeyId: 'AKIA', Status: 'Active' }], IsTruncated: false },
      { name: 'NoSuchEntityException' },
      {
        AutoScalingGroups: [{ AutoScalingGroupName: 'web', MinSize: 20, Instances: [{ InstanceId: 'i-1' }] }],
      },
    ]);
  });

  async function conversation({
    outdir,
    file,
  }: Bundle): Promise<{ requests: RecordedRequest[]; responses: unknown }> {
    const recorder = await startRecorder();
    try {
      const { stdout } = await run(process.execPath, [join(outdir, file)], {
        env: {
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          AWS_REGION: 'us-east-1',
          AWS_ENDPOINT_URL: recorder.url,
        },
      });
      return { requests: recorder.requests, responses: JSON.parse(stdout) };
    } finally {
      await recorder.stop();
    }
  }

  it('rewrites computed keys to the literals of the same module', () => {
    const source = 'const _xN = "xmlName";\nconst _I = "Ids";\nexport const a = [1, { [_xN]: _I }];\n';
    expect(withLiteralKeys(source, 'schemas_0.js')).toBe(
      'const _xN = "xmlName";\nconst _I = "Ids";\nexport const a = [1, { "xmlName": _I }];\n',
    );
  });

  it.each([
    ['no computed key is left', 'const _a = "a";\nexport const x = { a: 1 };\n', /no computed key found/],
    ['a key has no constant', 'export const x = { [_a]: 1 };\n', /\[_a\] has no string constant/],
    [
      'a key would set the prototype',
      'const _p = "__proto__";\nexport const x = { [_p]: 1 };\n',
      /cannot become/,
    ],
  ])('fails when %s', (_when, source, message) => {
    expect(() => withLiteralKeys(source, 'schemas_0.js')).toThrow(message);
  });

  it('fails a build in which the SDK keeps its schemas elsewhere', async () => {
    const entry = join(scratch, 'no-sdk.ts');
    writeFileSync(entry, 'export const nothing = 1;\n');
    await expect(bundle({ entry, outdir: join(scratch, 'no-sdk'), name: 'index' })).rejects.toThrow(
      /no AWS SDK schema module matched/,
    );
  });
});
