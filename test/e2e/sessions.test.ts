import '../../lab/simulation/lazy-modules.ts';
import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VERIFY_AFTER_MS } from '../../lambda/contain/scope.ts';
import { keyOf } from '../../lambda/core/model.ts';
import { allowlist, DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Named } from '../../lambda/core/policy/undo.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { newRun } from '../../lambda/engine/deps.ts';
import { restore } from '../../lambda/engine/restore.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { readIncident } from '../../lambda/shell/journal/incident-records.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import type { AccessKeyCredentials, TemporaryCredentials } from '../../simulated-aws/services/iam/user.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { type InProcessTime, installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';
import { MemoryStore } from '../shell/memory-store.ts';

const REGION = 'us-east-1';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let account: SimulatedAccount;
let endpoint: Endpoint;
let conductor: Conductor;
let time: InProcessTime;
let store: MemoryStore;
let owner: AccessKeyCredentials;
let leaked: AccessKeyCredentials;
/** Made with the leaked key before anybody noticed. */
let session: TemporaryCredentials;

beforeEach(async () => {
  account = new SimulatedAccount({ startsAt: Date.UTC(2026, 0, 31, 9), seed: 3 });
  endpoint = new Endpoint(account);
  conductor = new Conductor(account.timeline);
  store = new MemoryStore();
  const { iam } = account;
  for (const user of ['owner', 'ci']) iam.createUser(user);
  owner = iam.createAccessKey('owner');
  leaked = iam.createAccessKey('ci');
  time = installVirtualTime(account.timeline, new Random(4));
  conductor.join(time);
  session = iam.sessionOf(leaked.accessKeyId, 36 * HOUR, { mfa: true });
  await passes(MINUTE);
});

afterEach(() => {
  time.uninstall();
  signWith(undefined);
  endpoint.refuseDefects();
});

const passes = (milliseconds: number) => conductor.runTo(account.timeline.now() + milliseconds);

function signWith(credentials: (AccessKeyCredentials & { sessionToken?: string }) | undefined): void {
  const environment = {
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey,
    AWS_SESSION_TOKEN: credentials?.sessionToken,
    AWS_ENDPOINT_URL: credentials && 'http://127.0.0.1:9', // never called: the handler answers
  };
  for (const [name, value] of Object.entries(environment))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}

const clients = () =>
  new Clients(
    systemClock,
    deadlineAfter(15 * MINUTE).signal,
    new KillableHandler(endpoint, account.timeline),
  );

function fire(as: AccessKeyCredentials, change: Partial<Policy> = {}): Promise<Report> {
  signWith(as);
  const own = clients();
  const deps = {
    clients: own,
    clock: systemClock,
    kinds,
    policy: { ...DEFAULT_POLICY, onlyRegions: new Set([REGION]), ...change },
    verifyAfterMs: VERIFY_AFTER_MS,
    newRun: () => newRun(Date.now()),
    identity: () => identify(own, systemClock),
    store: Promise.resolve(store),
    log: () => {},
    onProgress: () => {},
  };
  const trigger = { source: 'cli', id: newRun(Date.now()), action: 'fire', reason: 'a test' } as const;
  return conductor.runUntil(run(deps, trigger));
}

async function putBack({ incident }: Report, as: AccessKeyCredentials, named: Named) {
  signWith(as);
  const records = await readIncident(store, incident);
  return conductor.runUntil(
    restore(clients(), kinds, store, systemClock, { records, named, dryRun: false }, () => {}),
  );
}

/** What the account answers to somebody who launches a machine with these credentials. */
function launch(credentials: AccessKeyCredentials): Promise<string> {
  const requestHandler = new KillableHandler(endpoint, account.timeline);
  const ec2 = new EC2Client({ region: REGION, credentials, requestHandler, maxAttempts: 1 });
  const order = {
    ImageId: account.ec2.images.register(REGION, 'any').id,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
  } as const;
  return conductor.runUntil(
    ec2.send(new RunInstancesCommand(order)).then(
      () => 'launched',
      (refused: Error) => refused.name,
    ),
  );
}

const disable = ({ accessKeyId }: AccessKeyCredentials, user: string) =>
  account.iam.updateAccessKey(user, accessKeyId, 'Inactive');
const doneIn = ({ actions }: Report) =>
  actions.filter(({ status }) => status === 'done').map(({ verb, id }) => `${verb} ${id}`);
const user = (id: string) => keyOf({ kind: 'iam-user', scope: 'global', id });

describe('a session that was made with a key before the fire', () => {
  it('launches nothing any more, also where a hand has disabled the key first', async () => {
    disable(leaked, 'ci');
    await passes(MINUTE);
    expect([await launch(leaked), await launch(session)]).toEqual(['AuthFailure', 'launched']);
    const report = await fire(owner);
    expect(doneIn(report)).toContain('deny ci');
    await passes(MINUTE);
    expect(await launch(session)).toBe('UnauthorizedOperation');
    expect(report.clean).toBe(true);
  });

  it('launches nothing any more where a hand was faster with one of two keys', async () => {
    const other = account.iam.createAccessKey('ci');
    disable(leaked, 'ci');
    await passes(MINUTE);
    const exposed = { accessKeys: new Set([leaked.accessKeyId]), users: new Set<string>() };
    const report = await fire(owner, { exposed });
    expect(doneIn(report)).toEqual(['deny ci']);
    await passes(MINUTE);
    expect([await launch(session), await launch(other)]).toEqual([
      'UnauthorizedOperation',
      'UnauthorizedOperation',
    ]);
  });

  it('is left alone with its user where the settings ask for keys only', async () => {
    disable(leaked, 'ci');
    const report = await fire(owner, { quarantine: 'keys' });
    expect(doneIn(report)).not.toContain('deny ci');
  });

  it('works again once a person names its user, and only then', async () => {
    disable(leaked, 'ci');
    await passes(MINUTE);
    const report = await fire(owner);
    await putBack(report, owner, new Set());
    await passes(MINUTE);
    expect(await launch(session)).toBe('UnauthorizedOperation');
    await putBack(report, owner, new Set([user('ci')]));
    await passes(MINUTE);
    expect(await launch(session)).toBe('launched');
  });
});

describe('--include-caller', () => {
  it('denies the sessions of the caller first, and then disables the key', async () => {
    const report = await fire(leaked, {
      includeCaller: true,
      allow: allowlist({ accessKeys: [owner.accessKeyId] }),
    });
    expect(doneIn(report)).toEqual([`disable ${leaked.accessKeyId}`, 'deny-sessions ci']);
    expect(report.clean).toBe(true);
    const changes = endpoint.calls.filter(({ operation }) => /^(Put|Update)/.test(operation));
    expect(changes.map(({ operation }) => operation)).toEqual(['PutUserPolicy', 'UpdateAccessKey']);
    await passes(MINUTE);
    expect([await launch(leaked), await launch(session)]).toEqual(['AuthFailure', 'UnauthorizedOperation']);
  });

  it('denies also a session that is made while the key is being disabled', async () => {
    await fire(leaked, { includeCaller: true, allow: allowlist({ accessKeys: [owner.accessKeyId] }) });
    const late = account.iam.sessionOf(leaked.accessKeyId, HOUR); // the key works for some seconds more
    await passes(MINUTE);
    expect(await launch(late)).toBe('UnauthorizedOperation');
  });

  it('disables the keys first where a session signs, and denies this session last', async () => {
    const report = await fire(session, {
      includeCaller: true,
      allow: allowlist({ accessKeys: [owner.accessKeyId] }),
    });
    expect(doneIn(report)).toEqual([`disable ${leaked.accessKeyId}`, 'deny-sessions ci']);
    const changes = endpoint.calls.filter(({ operation }) => /^(Put|Update)/.test(operation));
    expect(changes.map(({ operation }) => operation)).toEqual(['UpdateAccessKey', 'PutUserPolicy']);
    await passes(MINUTE);
    expect([await launch(leaked), await launch(session)]).toEqual(['AuthFailure', 'UnauthorizedOperation']);
  });

  it('denies the session that signs where a hand has disabled its key', async () => {
    disable(leaked, 'ci');
    const report = await fire(session, {
      includeCaller: true,
      allow: allowlist({ accessKeys: [owner.accessKeyId] }),
    });
    expect(doneIn(report)).toEqual(['deny-sessions ci']);
    await passes(MINUTE);
    expect(await launch(session)).toBe('UnauthorizedOperation');
  });

  it('says so where the sessions could not be denied, and disables the key all the same', async () => {
    endpoint.rules.add({ when: { operations: ['PutUserPolicy'] }, fault: { kind: 'access-denied' } });
    const report = await fire(leaked, {
      includeCaller: true,
      allow: allowlist({ accessKeys: [owner.accessKeyId] }),
    });
    expect(report.actions).toMatchObject([
      { verb: 'disable', status: 'done' },
      { verb: 'deny-sessions', id: 'ci', status: 'failed' },
    ]);
    expect(report.clean).toBe(false);
  });

  it('is undone together: the key that a person names, and the sessions of its user', async () => {
    const report = await fire(leaked, {
      includeCaller: true,
      allow: allowlist({ accessKeys: [owner.accessKeyId] }),
    });
    await passes(MINUTE);
    const key = keyOf({ kind: 'iam-access-key', scope: 'global', id: leaked.accessKeyId });
    const steps = await putBack(report, owner, new Set([key]));
    expect(steps.map(({ status, action: { verb } }) => `${verb} ${status}`)).toEqual([
      'disable restored',
      'deny-sessions restored',
    ]);
    await passes(MINUTE);
    expect([await launch(leaked), await launch(session)]).toEqual(['launched', 'launched']);
  });
});
