import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { familyLines, regionFactors, splitType, unitsOf } from '../../lambda/core/prices/price-lines.ts';
import { FAMILIES, REGIONS } from '../../lambda/core/prices/price-table.ts';
import { pricedTypes, usdPerHour } from '../../simulated-aws/core/prices.ts';
import { dieWithThisProcess } from '../../simulated-aws/host/child-processes.ts';
import { type SimulatedAccountServer, serve } from '../../simulated-aws/wire/server.ts';
import { wireAccount } from '../simulated-aws/wire/wire-account.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ASKED = ['us-east-1', 'eu-west-1', 'sa-east-1'];
const { account, endpoint } = wireAccount({ startsAt: Date.now() });
let server: SimulatedAccountServer;
let folder: string;

beforeAll(async () => {
  server = await serve(endpoint);
  folder = await mkdtemp(join(tmpdir(), 'prices-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** The script as a person runs it, against the simulated account; `environment` says as whom. */
function refresh(out: string, environment: Readonly<Record<string, string>>): Promise<Run> {
  const script = ['--import', 'tsx', join(ROOT, 'build', 'prices', 'refresh-prices.ts')];
  const child = spawn(process.execPath, [...script, '--out', out, '--regions', ASKED.join(',')], {
    cwd: ROOT,
    detached: true,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ENDPOINT_URL: server.url,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
  });
  dieWithThisProcess(child);
  return new Promise((resolve) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        output += text.toString();
      });
    child.once('close', (code) => resolve({ code, output }));
  });
}

function asRoot(): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = account.iam.rootAccessKey();
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

describe('refreshing the prices', () => {
  it('writes a table of what the Price List API says, the same the second time', async () => {
    const [first, second] = [join(folder, 'first.ts'), join(folder, 'second.ts')];
    const run = await refresh(first, asRoot());
    expect(run).toEqual({ code: 0, output: expect.stringMatching(/prices in 3 regions, of 2025-05-01/) });
    expect((await refresh(second, asRoot())).code).toBe(0);
    const source = await readFile(first, 'utf8');
    expect(await readFile(second, 'utf8')).toBe(source);

    const text = (name: string) => new RegExp(`export const ${name} = \`([^\`]+)\`;`).exec(source)?.[1] ?? '';
    const lines = familyLines(text('FAMILIES'));
    const off = pricedTypes().filter((type) => {
      const { family, size } = splitType(type);
      const line = lines.get(family);
      const usd = line?.sizes.get(size) ?? (unitsOf(size) ?? 0) * (line?.xlargeUsd ?? 0);
      return Math.abs(usd / usdPerHour(type, 'us-east-1', 'on-demand') - 1) > 0.015;
    });
    expect(off).toEqual([]);
    expect(lines.get('mac2')?.sizes.get('metal')).toBeCloseTo(0.65, 6);
    expect([...familyLines(FAMILIES).keys()].filter((family) => !lines.has(family))).toEqual([]);
    const factors = regionFactors(text('REGIONS'));
    expect(factors.get('sa-east-1')?.get('c')).toBe(1.54);
    expect(factors.get('ap-south-1')).toEqual(regionFactors(REGIONS).get('ap-south-1'));
    expect(source).toContain(`PRICES_DATED = '2025-05-01'`);
  });

  it.each([
    ['without credentials', {}],
    ['with those that AWS does not know', { AWS_ACCESS_KEY_ID: 'AKIANOBODY', AWS_SECRET_ACCESS_KEY: 'x' }],
    ['without a network', { ...asRoot(), AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }],
  ])('ends with 2 and says so %s, and writes nothing', async (_, environment) => {
    const out = join(folder, 'none.ts');
    const { code, output } = await refresh(out, environment);
    expect(code).toBe(2);
    expect(output).toMatch(/^The prices were not refreshed: .+\n.*pricing:GetProducts/);
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });
});
