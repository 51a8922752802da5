import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Deployment } from '../../lab/simulation/killswitch-stack.ts';
import { PLANTER, type PlantedUser } from '../../lab/testbed/planted-account.ts';
import { startTestbed, type Testbed } from '../../lab/testbed/testbed.ts';
import { ALLOWANCES_KEY, type Allowance, allowancesDocument } from '../../lambda/core/tripwire/allowance.ts';
import { MEMORY_KEY, memoryDocument, type TripwireMemory } from '../../lambda/core/tripwire/memory.ts';
import type { Status } from '../../lambda/engine/status.ts';
import type { Cli } from '../cli/cli-process.ts';
import { deployWithCli, firedFromHere, keyOf } from '../cli/deployed-cli.ts';

const ACCOUNT = '123456789012';
/** Half of it may be allowed. */
const LIMIT = 50;
const SPENT = 55;
const HOUR = 3_600_000;

let testbed: Testbed;
let deployment: Deployment;
let cli: Cli;
let s3: S3Client;
let owner: PlantedUser;

const bucket = () => deployment.outputs.JournalBucketName;

beforeAll(async () => {
  testbed = await startTestbed();
  owner = await testbed.account.user('owner', 1);
  const settings = { monthlyBudgetUsd: LIMIT, homeRegions: ['us-east-1'] };
  [deployment, cli] = await deployWithCli(testbed, owner, settings, SPENT);
  s3 = new S3Client({
    endpoint: testbed.moto.url,
    region: 'us-east-1',
    credentials: PLANTER,
    forcePathStyle: true,
  });
});

afterEach(() => testbed.proxy.rules.clear());

afterAll(async () => {
  cli.remove();
  await testbed.stop();
});

const write = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: bucket(), Key, Body }));
/** What is written down now; undefined before anything was. */
async function written(): Promise<Allowance[] | undefined> {
  const query = new GetObjectCommand({ Bucket: bucket(), Key: ALLOWANCES_KEY });
  const found = await s3.send(query).catch((thrown: Error) => {
    if (thrown.name === 'NoSuchKey') return undefined;
    throw thrown;
  });
  if (!found) return undefined;
  return (JSON.parse((await found.Body?.transformToString()) ?? '') as { allowances: Allowance[] })
    .allowances;
}
const askFor = (amount: string, duration: string, ...flags: string[]) => [
  ...['allow', amount, '--for', duration, '--region', 'us-east-2', '--reason', 'training run'],
  ...flags,
];
async function functionStatus(): Promise<{
  code: number | null;
  status: Status;
  problems: string[];
  notSeen: string[];
}> {
  const { code, stdout } = await cli.run(['status', '--json']);
  const { function: status, ...rest } = JSON.parse(stdout) as {
    function: Status;
    problems: string[];
    notSeen: string[];
  };
  return { code, status, ...rest };
}
const memory = (over: Partial<TripwireMemory> = {}): TripwireMemory => {
  const now = Date.now();
  return {
    schemaVersion: 1,
    since: now - HOUR,
    samples: [{ at: now - 60_000, rates: { 'us-east-1': 2 } }],
    estimateUsd: 58,
    announced: [],
    writtenAt: now,
    signals: [],
    exposures: [],
    problems: [],
    ...over,
  };
};

describe('allow', () => {
  it('refuses what is beyond the function’s caps before anything is written', async () => {
    const { code, stdout, stderr } = await cli.run(askFor('25.01usd', '24h1m', '--yes'));
    expect(stderr).toContain(
      'error: amount: $25.01 is more than is left: allowances may come to $25.00 a month',
    );
    expect(stderr).toContain('error: --for: 24h1m is longer than an allowance lasts. Ask for 24h at most');
    expect(stderr).toContain('nothing was changed');
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(await written()).toBeUndefined();
  });

  it('says what it means, and takes no other word for yes', async () => {
    const { code, stdout } = await cli.onTerminal(askFor('20usd', '3h'), ['no']);
    expect(stdout).toContain('work in us-east-2 is yours and may cost $20.00: this month');
    expect(stdout).toContain('from $50.00 to $70.00');
    expect(stdout).toContain('expected yes, got "no"');
    expect(code).toBe(2);
    expect(await written()).toBeUndefined();
  });

  it('is written down for the function, which counts it; and leaves the rest of the cap', async () => {
    const { code, stdout, stderr } = await cli.onTerminal(askFor('$20', '1h30m'), ['yes']);
    expect(stdout).toContain('$5.00 of $25.00 are left this month');
    expect(`${stdout}${stderr}`).toMatch(/./killswitch allow --end allow-/);
    expect(code).toBe(0);
    const [own] = (await written()) ?? [];
    expect(own).toMatchObject({ usd: 20, region: 'us-east-2', reason: 'training run' });
    expect(Date.parse(own?.until ?? '') - Date.parse(own?.from ?? '')).toBe(1.5 * HOUR);
    const { status } = await functionStatus();
    expect(status.tripwire?.allowances).toMatchObject([{ id: own?.id, usd: 20, region: 'us-east-2' }]);
    expect((await cli.run(['status'])).stdout).toMatch(/allowed +\$20\.00 in us-east-2 until .*training run/);
    const second = await cli.run(askFor('5.01', '1h', '--yes'));
    expect(second.stderr).toContain('of which $20.00 are already allowed. Ask for $5.00 at most');
    expect(second.code).toBe(2);
  });

  it('is listed, also as JSON', async () => {
    const { code, stdout } = await cli.run(['allow', '--list']);
    expect(stdout).toMatch(/^allow-\S+ +us-east-2 +\$20\.00 +until .* UTC +training run$/m);
    expect(code).toBe(0);
    const listed = JSON.parse((await cli.run(['allow', '--list', '--json'])).stdout) as Record<
      string,
      unknown
    >;
    expect(listed).toMatchObject({
      schemaVersion: 1,
      account: ACCOUNT,
      cap: { usd: 25, hours: 24 },
      leftUsd: 5,
    });
  });

  it('ends early, and its dollars stay', async () => {
    const [own] = (await written()) ?? [];
    const unknown = await cli.run(['allow', '--end', 'allow-none', '--yes']);
    expect(unknown.stderr).toContain(`--end: allow-none is not known: expected one of ${own?.id}`);
    expect(unknown.code).toBe(2);
    const { code } = await cli.run(['allow', '--end', own?.id ?? '', '--yes']);
    expect(code).toBe(0);
    const [ended] = (await written()) ?? [];
    expect(Date.parse(ended?.until ?? '')).toBeLessThanOrEqual(Date.now());
    const { stdout } = await cli.run(['allow', '--list']);
    expect(stdout).toContain('over, its dollars still count');
    expect(stdout).toContain('$5.00 of $25.00 are left');
    const again = await cli.run(['allow', '--end', own?.id ?? '', '--yes']);
    expect(again.stderr).toContain('was over at');
    expect(again.code).toBe(2);
  });

  it('says so when somebody else writes in the same moment, exit code 3', async () => {
    const theirs = (await written()) ?? [];
    testbed.proxy.rules.add({
      // The third time that a person's key reads it is after it was written.
      when: (call) =>
        call.method === 'GET' &&
        call.path.includes(ALLOWANCES_KEY) &&
        call.accessKeyId === keyOf(owner).accessKeyId &&
        ++reads === 3,
      fault: {
        kind: 'answer',
        name: 'overwritten',
        answer: async (_call, forward) => {
          await write(ALLOWANCES_KEY, allowancesDocument(theirs));
          return forward();
        },
      },
    });
    let reads = 0;
    const { code, stdout, stderr } = await cli.run(askFor('1usd', '1h', '--yes', '--json'));
    expect(stderr).toContain('do not rely on it: somebody else wrote at the same time');
    expect(JSON.parse(stdout)).toMatchObject({ problem: expect.stringContaining('is not there') });
    expect(code).toBe(3);
    expect(await written()).toEqual(theirs);
  });

  it('replaces what cannot be read only after saying so', async () => {
    await write(ALLOWANCES_KEY, '{"schemaVersion":1,"allowances":"all of it"}');
    const { problems, code: statusCode } = await functionStatus();
    expect(problems).toEqual([expect.stringContaining('allowances cannot be read, and count for nothing')]);
    expect(statusCode).toBe(4);
    const listed = await cli.run(['allow', '--list']);
    expect(listed.stderr).toContain('the list of allowances cannot be read, and counts for nothing');
    expect(listed.code).toBe(3);
    const { code, stderr } = await cli.run(askFor('3usd', '1h', '--yes'));
    expect(stderr).toContain('the list of allowances cannot be read, counts for nothing, and is replaced');
    expect(stderr.match(/is replaced/g)).toHaveLength(1);
    expect(code).toBe(0);
    expect(await written()).toHaveLength(1);
  });
});

describe('status', () => {
  it('shows what the tripwire remembers, and what is not seen without a change of exit code', async () => {
    await write(ALLOWANCES_KEY, allowancesDocument([]));
    await write(
      MEMORY_KEY,
      memoryDocument(memory({ alertUntil: Date.now() + HOUR, alertText: 'GuardDuty: mining' })),
    );
    const { code, problems, notSeen } = await functionStatus();
    expect(problems).toEqual([]);
    expect(notSeen.map((line) => line.split(':')[0])).toEqual([
      'no trail',
      'GuardDuty is off in us-east-1',
      'no forwarding from any region but us-east-1',
    ]);
    expect(code).toBe(0);
    const { stdout } = await cli.run(['status']);
    expect(stdout).toMatch(/estimate +\$58\.00 this month; Budgets knows of \$55\.00/);
    expect(stdout).toMatch(/rate now +\$2\.00 an hour \(us-east-1 \$2\.00\)/);
    expect(stdout).toMatch(/fires next +already over: it fires at the next look/);
    expect(stdout).toMatch(/ALERT +until .*GuardDuty: mining/);
    expect(stdout).toMatch(/home +us-east-1/);
    expect(stdout).toMatch(/ok +last look of the tripwire: \d min ago/);
    expect(stdout).toContain('NOT SEEN\n  no trail: tampering with the switch');
  });

  it('exits 4 when the last look is older than an hour and three periods', async () => {
    await write(MEMORY_KEY, memoryDocument(memory({ writtenAt: Date.now() - 76 * 60_000 })));
    const { code, problems } = await functionStatus();
    expect(problems).toEqual([expect.stringMatching(/^last look of the tripwire: .* 76 min ago/)]);
    expect(code).toBe(4);
    const tested = await cli.run(['test-alarm', '--json']);
    const { links } = JSON.parse(tested.stdout) as { links: { link: string; ok: boolean }[] };
    expect(links.filter(({ ok }) => !ok).map(({ link }) => link)).toContain('last look of the tripwire');
    expect(tested.code).toBe(3);
  });

  it('exits 4, and goes on, when the memory was overwritten with nonsense', async () => {
    await write(MEMORY_KEY, '[]');
    const { code, problems } = await functionStatus();
    expect(problems[0]).toContain("the tripwire's memory cannot be read: tripwire/memory.json");
    expect(code).toBe(4);
  });
});

describe('restore', () => {
  const spendAfterRestore = async (incident: string) => {
    // A later restore never lowers what an earlier one has dealt with: each begins with a mark that knows of none.
    const at = new Date().toISOString();
    await write(
      'current.json',
      JSON.stringify({ schemaVersion: 1, incident: 'none', openedAt: at, closedAt: at }),
    );
    firedFromHere(cli, ACCOUNT, incident);
    const { code, stderr } = await cli.run(['restore', incident, '--yes']);
    expect(code).toBe(0);
    const { status } = await functionStatus();
    expect(status.incident?.incident).toBe(incident);
    return { spentUsd: Math.max(...Object.values(status.incident?.restoredUsd ?? {})), stderr };
  };

  it('counts what the tripwire estimated, where that is more than Budgets knows', async () => {
    await write(MEMORY_KEY, memoryDocument(memory({ estimateUsd: 58 })));
    expect((await spendAfterRestore('ks-20260101-000000-0001')).spentUsd).toBe(58);
    await write(MEMORY_KEY, memoryDocument(memory({ estimateUsd: 40 })));
    expect((await spendAfterRestore('ks-20260101-000000-0002')).spentUsd).toBe(SPENT);
  });

  it('does not count an estimate of another month, nor one that cannot be read, which it says', async () => {
    await write(MEMORY_KEY, memoryDocument(memory({ writtenAt: Date.now() - 32 * 24 * HOUR })));
    expect((await spendAfterRestore('ks-20260101-000000-0003')).spentUsd).toBe(SPENT);
    await write(MEMORY_KEY, 'nonsense');
    const { spentUsd, stderr } = await spendAfterRestore('ks-20260101-000000-0004');
    expect(spentUsd).toBe(SPENT);
    expect(stderr).toContain("the tripwire's estimate could not be read (tripwire/memory.json");
  });
});
