import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  IAMClient,
  ListAttachedUserPoliciesCommand,
} from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Moto } from '../../lab/testbed/moto.ts';
import { permissionsBoundaries } from '../../lab/testbed/moto-gaps.ts';
import { PLANTER, PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import { type Action, GLOBAL, type Outcome, type Resource, type Scope } from '../../lambda/core/model.ts';
import { DEFAULT_POLICY, type PlanContext } from '../../lambda/core/policy/policy.ts';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { Kind, RestoreStep } from '../../lambda/kinds/kind.ts';
import { awsFor } from '../../lambda/shell/calls/aws.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { unlimitedClients } from '../idle-time/clients.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';
import { actionsOf } from './any-run.ts';
import { grantsOf } from './grants.ts';

/** Each test has a region of its own, since a reset of moto takes longer than a test. */
const regions = DEFAULT_REGIONS.values();
let region = '';
let moto: Moto;
let proxy: RecordingProxy;
let planted: PlantedAccount;
let clients: Clients;
const ended = new AbortController();
const boundaries = permissionsBoundaries();

beforeAll(async () => {
  moto = await emptyMoto();
  proxy = await startProxy(moto.url);
  planted = new PlantedAccount(moto.url);
  process.env['AWS_ENDPOINT_URL'] = proxy.url;
  process.env['AWS_ACCESS_KEY_ID'] = PLANTER.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = PLANTER.secretAccessKey;
  clients = unlimitedClients(systemClock, ended.signal);
});
afterAll(async () => {
  delete process.env['AWS_ENDPOINT_URL'];
  ended.abort();
  planted?.close();
  await proxy?.stop();
  await moto?.stop();
});
beforeEach(() => {
  region = regions.next().value ?? '';
  proxy.rules.add(...boundaries.rules);
  proxy.forgetCalls();
});
afterEach(() => {
  proxy.rules.clear();
  boundaries.boundaries.clear();
});

const context = (verb: 'stop' | 'terminate'): PlanContext => ({
  policy: { ...DEFAULT_POLICY, mode: verb },
  isCallerUnknown: false,
  exemption: () => undefined,
  incidentOpenedAt: 0,
  acted: new Set(),
  seen: new Set(),
});
function kindOf(name: string): Kind {
  const kind = allKinds.find((each) => each.name === name);
  if (!kind) throw new Error(`there is no kind ${name}`);
  return kind;
}
const scopeOf = (kind: Kind): Scope => (kind.scope === 'global' ? GLOBAL : region);

async function discover(kind: Kind, verb: 'stop' | 'terminate' = 'stop'): Promise<Resource[]> {
  const all: Resource[] = [];
  const { discover: list } = await kind.load();
  for await (const page of list?.(awsFor(clients, scopeOf(kind), kind.limits), verb) ?? [])
    if (Array.isArray(page)) all.push(...page);
    else throw new Error(`a gap: ${JSON.stringify(page)}`);
  return all;
}
async function planned(kind: Kind, verb: 'stop' | 'terminate' = 'stop'): Promise<Action[]> {
  const { plan } = await kind.load();
  return actionsOf(plan?.(await discover(kind, verb), context(verb)) ?? []);
}
/** Each kind acts on its own actions. Returns the outcomes, and all changes that are journaled for undo. */
async function act(actions: readonly Action[]): Promise<{ outcomes: Outcome[]; journal: Action[] }> {
  const outcomes: Outcome[] = [];
  const journal = [...actions];
  for (const kind of allKinds) {
    const own = actions.filter((action) => action.kind === kind.name);
    const intend = async (more: readonly Action[]) => void journal.push(...more);
    if (own.length > 0)
      for await (const outcome of (await kind.load()).act(
        { aws: awsFor(clients, scopeOf(kind), kind.limits), intend, mayLoseState: false },
        own,
      ))
        outcomes.push(outcome);
  }
  return { outcomes, journal };
}
async function undo(kind: Kind, actions: readonly Action[], dryRun = false): Promise<RestoreStep[]> {
  const own = actions.filter((action) => action.kind === kind.name);
  const steps: RestoreStep[] = [];
  const { restore } = (await kind.loadUndo?.()) ?? {};
  for await (const step of restore?.(awsFor(clients, scopeOf(kind)), own, dryRun) ?? []) steps.push(step);
  return steps;
}
const statuses = (rows: readonly { readonly status: string }[]) => [
  ...new Set(rows.map(({ status }) => status)),
];

/** Expects that these kinds declare every call made so far. */
function expectDeclared(names: readonly string[]): void {
  const grants = names.map(kindOf).flatMap(grantsOf);
  const declared = grants.flatMap(({ action, operations }) => operations ?? [action.split(':')[1] ?? '']);
  expect(proxy.calls.length).toBeGreaterThan(0);
  for (const { operation } of proxy.calls) expect(declared).toContain(operation);
}

describe('ec2-instance', () => {
  const kind = kindOf('ec2-instance');

  it('stops what runs, protected or not, and starts it again with its protections set', async () => {
    const ids = await planted.instances(region, 6);
    const [stopProtected = '', terminationProtected = ''] = ids;
    await planted.protect(region, [stopProtected], 'DisableApiStop');
    await planted.protect(region, [terminationProtected], 'DisableApiTermination');
    proxy.forgetCalls();

    const { outcomes, journal } = await act(await planned(kind));
    expect(statuses(outcomes)).toEqual(['done']);
    expect(journal.filter(({ verb }) => verb === 'unprotect').map(({ id }) => id)).toEqual([stopProtected]);
    expect(await planted.running(region)).toEqual([]);
    expect(await planned(kind)).toEqual([]);

    expect(statuses(await undo(kind, journal, true))).toEqual(['restored']);
    expect(await planted.running(region)).toEqual([]);
    expect(statuses(await undo(kind, journal))).toEqual(['restored']);
    expect(new Set(await planted.running(region))).toEqual(new Set(ids));
    expect(statuses(await undo(kind, journal))).toEqual(['unchanged']);
    expectDeclared(['ec2-instance']);
    // It is protected again, so a second run has to lift the protection again.
    expect((await act(await planned(kind))).outcomes.map(({ verb }) => verb)).toContain('unprotect');
  });

  it('terminates both kinds of protected machines, and says that they cannot come back', async () => {
    const ids = await planted.instances(region, 4);
    await planted.protect(region, ids.slice(0, 2), 'DisableApiTermination');
    await planted.protect(region, ids.slice(1, 3), 'DisableApiStop');
    const { outcomes, journal } = await act(await planned(kind, 'terminate'));
    expect(statuses(outcomes)).toEqual(['done']);
    expect(await planned(kind, 'terminate')).toEqual([]);
    expect(statuses(await undo(kind, journal))).toEqual(['impossible']);
    expectDeclared(['ec2-instance']);
  });

  it('is not delayed by an instance that is gone, also when another is protected', async () => {
    const ids = await planted.instances(region, 3);
    await planted.protect(region, ids.slice(0, 1), 'DisableApiStop');
    const actions = await planned(kind);
    const [template] = actions;
    if (!template) throw new Error('nothing was found');
    const gone = { ...template, id: 'i-0123456789abcdef0' };
    const { outcomes } = await act([gone, ...actions]);
    expect(outcomes.filter(({ status }) => status !== 'done')).toMatchObject([
      { id: gone.id, status: 'gone' },
    ]);
    expect(await planted.running(region)).toEqual([]);
  });
});

describe('ec2-auto-scaling-group', () => {
  const kind = kindOf('ec2-auto-scaling-group');

  it('is suspended, and restore resumes only the processes that ran before', async () => {
    await planted.autoScalingGroup(region, 'web', 2);
    proxy.forgetCalls();
    const actions = await planned(kind);
    expect(actions).toMatchObject([{ id: 'web', verb: 'suspend', before: { desired: 2, suspended: [] } }]);
    expect(statuses((await act(actions)).outcomes)).toEqual(['done']);
    expect(await planned(kind)).toEqual([]);
    expect(statuses(await undo(kind, actions))).toEqual(['restored']);
    expect(statuses(await undo(kind, actions))).toEqual(['unchanged']);
    expect(await planned(kind)).toEqual(actions);
  });

  it('that no longer exists cannot be restored', async () => {
    await planted.autoScalingGroup(region, 'web', 1);
    const [action] = await planned(kind);
    if (!action) throw new Error('nothing was found');
    expect(statuses(await undo(kind, [{ ...action, id: 'other' }]))).toEqual(['impossible']);
  });
});

describe('iam-access-key and iam-user', () => {
  const keys = kindOf('iam-access-key');
  const users = kindOf('iam-user');
  afterEach(() => moto.reset()); // IAM is one for all regions

  it('disable every key and deny its user, and bring both back', async () => {
    const created = [
      await planted.user('alice', 2),
      await planted.user('bob', 1),
      await planted.user('nobody', 0),
    ];
    const ids = created.flatMap(({ accessKeys }) => accessKeys.map((key) => key.accessKeyId));
    proxy.forgetCalls();
    const actions = await planned(keys);
    expect(idsOf(actions, 'disable')).toEqual(new Set(ids));
    expect(idsOf(actions, 'deny')).toEqual(new Set(['alice', 'bob']));
    expect(statuses((await act(actions)).outcomes)).toEqual(['done']);
    expect(await planted.activeKeys()).toEqual([]);
    expect(await planned(keys)).toEqual([]);

    for (const kind of [keys, users]) {
      expect(statuses(await undo(kind, actions, true))).toEqual(['restored']);
      expect(statuses(await undo(kind, actions))).toEqual(['restored']);
      expect(statuses(await undo(kind, actions))).toEqual(['unchanged']);
    }
    expect(new Set(await planted.activeKeys())).toEqual(new Set(ids));
    expect((await planned(keys)).sort(byId)).toEqual([...actions].sort(byId));
    expectDeclared(['iam-access-key', 'iam-user']);
  });

  it('use the permissions boundary when the policy slots are full, and put the old one back', async () => {
    await planted.user('eve', 1);
    const iam = new IAMClient({ endpoint: moto.url, credentials: PLANTER, region: 'us-east-1' });
    for (let n = 0; n < 10; n++) {
      const PolicyDocument =
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
      const { Policy } = await iam.send(
        new CreatePolicyCommand({ PolicyName: `filler-${n}`, PolicyDocument }),
      );
      await iam.send(new AttachUserPolicyCommand({ UserName: 'eve', PolicyArn: Policy?.Arn }));
    }
    boundaries.boundaries.set('eve', 'arn:aws:iam::aws:policy/PowerUserAccess');
    proxy.rules.clear();
    proxy.rules.add(
      {
        when: { operation: 'AttachUserPolicy' },
        fault: { kind: 'error', code: 'LimitExceeded', status: 409 },
      },
      ...boundaries.rules,
    );
    const actions = await planned(keys);
    expect(statuses((await act(actions)).outcomes)).toEqual(['done']);
    expect(boundaries.boundaries.get('eve')).toBe('arn:aws:iam::aws:policy/AWSDenyAll');
    expect(statuses(await undo(users, actions))).toEqual(['restored']);
    expect(boundaries.boundaries.get('eve')).toBe('arn:aws:iam::aws:policy/PowerUserAccess');
    const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: 'eve' }));
    expect(AttachedPolicies).toHaveLength(10);
    iam.destroy();
    expectDeclared(['iam-access-key', 'iam-user']);
  });

  it('report a deleted user as gone, and contain the others', async () => {
    const alice = await planted.user('alice', 1);
    const actions = await planned(keys);
    const ghosts = actions.map((action) => ({
      ...action,
      id: action.kind === 'iam-user' ? 'ghost' : 'AKIAGHOSTGHOSTGHOST2',
      before: { ...action.before, user: 'ghost' },
    }));
    const { outcomes } = await act([...ghosts, ...actions]);
    expect(outcomes.filter(({ status }) => status === 'gone')).toHaveLength(2);
    expect(outcomes.filter(({ status }) => status === 'done')).toHaveLength(2);
    expect(await planted.activeKeys()).not.toContain(alice.accessKeys[0]?.accessKeyId);
    expect(statuses([...(await undo(keys, ghosts)), ...(await undo(users, ghosts))])).toEqual(['impossible']);
  });

  it('report a gap for a user whose keys cannot be read, and find the others', async () => {
    await planted.user('alice', 1);
    await planted.user('bob', 1);
    proxy.rules.add({
      when: ({ operation, parameters }) => operation === 'ListAccessKeys' && parameters['UserName'] === 'bob',
      fault: { kind: 'access-denied' },
    });
    const found: (Resource | { readonly code: string })[] = [];
    const { discover: list } = await keys.load();
    for await (const page of list?.(awsFor(clients, GLOBAL), 'stop') ?? [])
      found.push(...(Array.isArray(page) ? page : [page]));
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(
      expect.objectContaining({ code: 'AccessDenied', error: expect.stringContaining('bob') }),
    );
    expect(found).toContainEqual(
      expect.objectContaining({ facts: expect.objectContaining({ user: 'alice' }) }),
    );
  });
});

const idsOf = (actions: readonly Action[], verb: string) =>
  new Set(actions.flatMap((action) => (action.verb === verb ? action.id : [])));
const byId = (a: Action, b: Action) => (`${a.kind}${a.id}` < `${b.kind}${b.id}` ? -1 : 1);
