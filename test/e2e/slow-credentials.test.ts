import '../../lab/simulation/lazy-modules.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { FolderStore } from '../../lambda/shell/journal/store.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import type { AccessKeyCredentials } from '../../simulated-aws/services/iam/user.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { type InProcessTime, installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';

const REGIONS = ['us-east-1', 'eu-west-1'];
const OWN_KEY = expect.stringContaining('The key that ran this is still active') as string;
/** Longer than the 5 s that STS has. */
const SLOW_MS = 7_000;
const RUN_MS = 240_000;

let account: SimulatedAccount;
let endpoint: Endpoint;
let conductor: Conductor;
let time: InProcessTime;
let owner: AccessKeyCredentials;
let stolen: AccessKeyCredentials;
const folder = temporaryFolder('killswitch-journal-');

beforeEach(async () => {
  account = new SimulatedAccount({ startsAt: Date.UTC(2026, 0, 31, 9), seed: 1, limits: [] });
  const { iam, ec2, timeline } = account;
  for (const region of REGIONS) ec2.launch(region, { type: 't3.micro', count: 2, launchedBy: 'eve' });
  for (const name of ['owner', 'eve']) iam.createUser(name);
  owner = iam.createAccessKey('owner');
  stolen = iam.createAccessKey('eve');
  process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9'; // never reached: the handler answers
  endpoint = new Endpoint(account);
  conductor = new Conductor(timeline);
  await conductor.runTo(timeline.now() + 60_000);
  time = installVirtualTime(timeline, new Random(2));
  conductor.join(time);
});
afterEach(() => {
  time.uninstall();
  endpoint.refuseDefects();
  folder.remove();
});

type Credentials = AccessKeyCredentials & { readonly sessionToken?: string };

interface Signing {
  /** How long whatever gives the credentials takes. */
  readonly afterMs?: number;
  readonly credentials?: Credentials;
  /** On somebody's own machine, or as the deployed function. */
  readonly as?: 'person' | 'function';
  readonly policy?: Partial<Policy>;
  /** What signed AssumeRole. */
  readonly sources?: readonly Credentials[];
  /** How often whatever gives the credentials cannot reach the network. */
  readonly failures?: number;
}

/** One fire, from the command line's trigger. */
function fire({
  afterMs = 0,
  credentials = owner,
  as = 'person',
  policy = {},
  sources = [],
  failures = 0,
}: Signing = {}): Promise<Report> {
  const slow = async () => {
    await systemClock.sleep(afterMs);
    if (failures-- > 0) throw Object.assign(new Error('connect ECONNRESET'), { name: 'ECONNRESET' });
    return credentials;
  };
  const handler = new KillableHandler(endpoint, account.timeline);
  const clients = new Clients(systemClock, deadlineAfter(RUN_MS).signal, handler, { credentials: slow });
  const trigger = { source: 'cli', id: newRun(Date.now()), action: 'fire', reason: 'a test' } as const;
  const deps = {
    clients,
    clock: systemClock,
    kinds,
    policy: { ...DEFAULT_POLICY, onlyRegions: new Set(REGIONS), ...policy },
    verifyAfterMs: 5_000,
    newRun: () => newRun(Date.now()),
    identity: () => identify(clients, systemClock, ...(as === 'person' ? [() => sources] : [])),
    store: Promise.resolve(new FolderStore(folder.path)),
    log: () => {},
    onProgress: () => {},
  };
  return conductor.runUntil(run(deps, trigger));
}

const running = () =>
  [...account.ec2.instances()].filter(({ state }) => state === 'running' || state === 'pending').length;
const isActive = ({ accessKeyId }: AccessKeyCredentials) =>
  [...account.iam.users()].some(({ keys }) =>
    keys.some(({ id, status }) => id === accessKeyId && status === 'Active'),
  );

const isDenied = (user: string) =>
  [...account.iam.users()].some(
    ({ name, attachedPolicies }) =>
      name === user && attachedPolicies.some((arn) => arn.endsWith('AWSDenyAll')),
  );
/** STS does not answer the first so many questions; each goes to three regions. */
const silence = (questions = Number.POSITIVE_INFINITY) =>
  endpoint.rules.add({ when: { service: 'sts', atMost: 3 * questions }, fault: { kind: 'hang' } });

test('credentials that take longer than STS may: the own key stays active, all else is contained', async () => {
  const report = await fire({ afterMs: SLOW_MS });
  expect(isActive(owner)).toBe(true);
  expect(isActive(stolen)).toBe(false);
  expect(running()).toBe(0);
  expect(report).toMatchObject({ account: account.accountId, clean: true, gaps: [], byHand: [OWN_KEY] });
});

test('credentials that cannot be had at first are looked for again', async () => {
  const report = await fire({ failures: 1 });
  expect([owner, stolen].map(isActive)).toEqual([true, false]);
  expect(running()).toBe(0);
  expect(report.account).toBe(account.accountId);
  expect(report.gaps).toEqual([]);
});

test('STS that takes longer than 5 s for each answer is heard all the same', async () => {
  endpoint = new Endpoint(account, { latency: (_, service) => (service === 'sts' ? SLOW_MS : 100) });
  const report = await fire();
  expect([owner, stolen].map(isActive)).toEqual([true, false]);
  expect(report).toMatchObject({ account: account.accountId, clean: true, gaps: [] });
});

test('a role that a session of a user assumed: that user is spared', async () => {
  const session = account.iam.sessionOf(owner.accessKeyId, 3_600_000, { mfa: true });
  account.iam.createRole('admin');
  const role = `arn:aws:iam::${account.accountId}:role/admin`;
  const credentials = account.iam.assumeRole(role, 'laptop', 3_600_000);
  await fire({ credentials, sources: [session] });
  expect([owner, stolen].map(isActive)).toEqual([true, false]);
  expect(['owner', 'eve'].map(isDenied)).toEqual([false, true]);
});

test('credentials that never come: nothing is changed, and the cause is named', async () => {
  await expect(fire({ afterMs: 3_600_000 })).rejects.toThrow(
    'credentials: TimeoutError: whatever gives the credentials did not answer within 180 s',
  );
  expect(running()).toBe(4);
  expect(isActive(stolen)).toBe(true);
});

test.each([
  ['a session of a user', () => account.iam.sessionOf(owner.accessKeyId, 3_600_000, { mfa: true }), {}],
  ['a key, which is to be disabled last', () => owner, { includeCaller: true }],
])(
  'STS that never answers a person with %s: machines are stopped, no key and no user is touched',
  async (_, credentials, policy) => {
    silence();
    const report = await fire({ credentials: credentials(), policy });
    expect(running()).toBe(0);
    expect([owner, stolen].map(isActive)).toEqual([true, true]);
    expect(['owner', 'eve'].map(isDenied)).toEqual([false, false]);
    expect(report.gaps).toMatchObject([{ kind: 'caller-identity', code: 'TimeoutError' }]);
    expect(report).toMatchObject({ account: 'unknown', clean: false });
    expect(report.skips).toContainEqual({
      kind: 'iam-access-key',
      region: 'global',
      id: stolen.accessKeyId,
      code: 'unidentified',
      reason: 'perhaps of whoever runs this: STS has not said who that is',
    });
    expect(exitCodeOf(report)).toBe(3);
    expect(report.timings.firstActionSeconds).toBeLessThan(10);
    expect(report.timings.seconds).toBeLessThan(90);
  },
);

test.each([
  ['a key', () => owner],
  ['a session of a user', () => account.iam.sessionOf(owner.accessKeyId, 3_600_000, { mfa: true })],
])(
  'STS that answers a person with %s only when asked again: the machines did not wait, the keys did',
  async (_, credentials) => {
    silence(2);
    const report = await fire({ credentials: credentials(), afterMs: SLOW_MS });
    expect(report).toMatchObject({ account: account.accountId, clean: true, gaps: [] });
    expect(report.timings.firstActionSeconds).toBeLessThan(SLOW_MS / 1_000 + 6);
    expect(running()).toBe(0);
    expect([owner, stolen].map(isActive)).toEqual([true, false]);
    expect(['owner', 'eve'].map(isDenied)).toEqual([false, true]);
  },
);

test('STS that answers late, where IAM is left out: the report knows the account all the same', async () => {
  silence(1);
  const report = await fire({ policy: { excludeRegions: new Set(['global']) } });
  expect(report).toMatchObject({ account: account.accountId, clean: true, gaps: [] });
});

test('STS that never answers the deployed function: it signs with no key of a user, so nothing waits', async () => {
  silence();
  account.iam.createRole('killswitch');
  const role = 'arn:aws:iam::123456789012:role/killswitch';
  const credentials = account.iam.assumeRole(role, 'function', 3_600_000, 'lambda.amazonaws.com');
  const report = await fire({ credentials, as: 'function' });
  expect(running()).toBe(0);
  expect([owner, stolen].map(isActive)).toEqual([false, false]);
  expect(isDenied('eve')).toBe(true);
  expect(report.gaps).toMatchObject([{ kind: 'caller-identity', code: 'TimeoutError' }]);
});
