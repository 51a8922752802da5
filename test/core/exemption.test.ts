import { describe, expect, it } from 'vitest';
import { GLOBAL } from '../../lambda/core/model.ts';
import {
  Exemptions,
  newSince,
  ofOtherAccounts,
  unmatchedEntries,
} from '../../lambda/core/policy/exemption.ts';
import { allowlist, type Caller } from '../../lambda/core/policy/policy.ts';
import { byName } from '../../lambda/core/policy/undo.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

const ACCOUNT = '123456789012';
const NOBODY: Caller = { account: ACCOUNT, exemptKeys: new Set(), unknown: false };
const machine = { kind: 'ec2-instance', scope: 'us-east-1', id: 'i-12345678' };
const group = { kind: 'ec2-auto-scaling-group', scope: 'us-east-1', id: 'web/blue' };
const key = { kind: 'iam-access-key', scope: GLOBAL, id: 'AKIAAAAAAAAAAAAAAAAA' };
const user = { kind: 'iam-user', scope: GLOBAL, id: 'alice' };

const exemptions = (
  lists: Parameters<typeof allowlist>[0],
  caller: Caller = NOBODY,
  self: readonly string[] = [],
  newSince?: () => number,
) =>
  new Exemptions(byName(allKinds), {
    allow: allowlist(lists),
    caller,
    self,
    ...(newSince ? { newSince } : {}),
  });

describe('the allowlist exempts', () => {
  it.each([
    ['an id', { instances: [machine.id] }, machine],
    ['kind/region/id', { resources: ['ec2-instance/us-east-1/i-12345678'] }, machine],
    ['an ARN', { resources: [`arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-12345678`] }, machine],
    ['an id with a slash', { resources: ['ec2-auto-scaling-group/us-east-1/web/blue'] }, group],
    [
      "a group's ARN",
      {
        resources: [
          `arn:aws:autoscaling:us-east-1:${ACCOUNT}:autoScalingGroup:0-1:autoScalingGroupName/web/blue`,
        ],
      },
      group,
    ],
    ['a key', { accessKeys: [key.id] }, key],
    ['a user, in any case', { users: ['ALICE'] }, user],
    ["a user's ARN, with its path", { users: [`arn:aws:iam::${ACCOUNT}:user/dev/Alice`] }, user],
    ["a user's ARN, with any path", { users: [`arn:aws:iam::${ACCOUNT}:user/a:b/!*//Alice`] }, user],
    ["a user's ARN without its path", { users: [`arn:aws:iam::${ACCOUNT}:user/alice`] }, user],
    ['the same among all resources', { resources: [`arn:aws:iam::${ACCOUNT}:user/a*/Alice`] }, user],
  ] as const)('by %s', (_, lists, resource) => {
    expect(exemptions(lists).of(resource)).toEqual({ code: 'allowed', through: 'itself' });
  });

  it.each([
    ['another region', { resources: ['ec2-instance/eu-west-1/i-12345678'] }, machine],
    ['another kind', { resources: ['ec2-spot-request/us-east-1/i-12345678'] }, machine],
    ['another account', { users: ['arn:aws:iam::999999999999:user/alice'] }, user],
    ['another service', { resources: [`arn:aws:rds:us-east-1:${ACCOUNT}:instance/i-12345678`] }, machine],
    ['a list for other kinds', { users: [machine.id], accessKeys: [machine.id] }, machine],
    ['a name that only begins like it', { users: ['alicia'] }, user],
    ['the upper case of a key, which IAM tells apart', { accessKeys: [key.id.toLowerCase()] }, key],
  ] as const)('not by %s', (_, lists, resource) => {
    expect(exemptions(lists).of(resource)).toBeUndefined();
  });

  it('what an exempt owner owns', () => {
    const owned = exemptions({ users: ['alice'] }).of({ ...key, owner: user });
    expect(owned).toEqual({ code: 'allowed', through: 'owner' });
    const member = exemptions({ resources: ['ec2-auto-scaling-group/us-east-1/web/blue'] });
    expect(member.of({ ...machine, owner: group })).toEqual({ code: 'allowed', through: 'owner' });
  });

  it('and finds the exempt resource among those that an owner owns', () => {
    expect(exemptions({ accessKeys: [key.id] }).among([{ ...key, id: 'AKIAB' }, key])).toEqual(key);
    expect(exemptions({}).among([key])).toBeUndefined();
  });

  it('an ARN of any account if this account is unknown: the owner is not locked out', () => {
    const { account: _, ...unknown } = NOBODY;
    expect(exemptions({ users: [`arn:aws:iam::${ACCOUNT}:user/alice`] }, unknown).of(user)).toBeDefined();
  });

  it('a kind whose code is not loaded, by its plain name', () => {
    const later = { kind: 'ecs-service', scope: 'us-east-1', id: 'web' };
    expect(exemptions({ resources: ['ecs-service/us-east-1/web'] }).of(later)).toMatchObject({
      code: 'allowed',
    });
  });
});

describe('the caller', () => {
  const caller = { ...NOBODY, exemptKeys: new Set([key.id]), exemptUser: 'Alice', instanceId: machine.id };

  it('is exempt, together with its owner and all that it owns', () => {
    for (const own of [key, user, machine]) expect(exemptions({}, caller).of(own)?.code).toBe('caller');
    const other = { ...key, id: 'AKIAB', owner: user };
    expect(exemptions({}, caller).of(other)).toEqual({ code: 'caller', through: 'owner' });
  });

  it('comes before the allowlist, and our own parts come before both', () => {
    const lists = { instances: [machine.id] };
    expect(exemptions(lists, caller).of(machine)?.code).toBe('caller');
    const self = [`arn:aws:ec2:us-east-1:${ACCOUNT}:instance/${machine.id}`];
    expect(exemptions(lists, caller, self).of(machine)?.code).toBe('self');
  });
});

describe('a key that is new', () => {
  const START = Date.UTC(2026, 0, 20, 9);
  const HOUR = 3_600_000;
  const madeAt = (at: number | null) => ({
    ...key,
    owner: user,
    facts: { created: at === null ? null : new Date(at).toISOString() },
  });
  const inRun = (lists: Parameters<typeof allowlist>[0], caller?: Caller, openedAt = START) =>
    exemptions(lists, caller, [], () => newSince(openedAt, START));
  const YOUNG = madeAt(START - 24 * HOUR);

  it.each([
    ['name', { users: ['alice'] }],
    ['ARN', { users: [`arn:aws:iam::${ACCOUNT}:user/alice`] }],
    ['kind and id', { resources: ['iam-user/global/alice'] }],
  ])('is not spared by the %s of its user, who is', (_, lists) => {
    const run = inRun(lists);
    for (const at of [START - 24 * HOUR, START - 1, START + HOUR]) {
      expect(run.of(madeAt(at))).toBeUndefined();
      expect(run.notSparedBy(madeAt(at))).toEqual(user);
    }
    expect(run.of(user)?.code).toBe('allowed');
    for (const at of [START - 24 * HOUR - 1, null]) {
      expect(run.of(madeAt(at))).toEqual({ code: 'allowed', through: 'owner' });
      expect(run.notSparedBy(madeAt(at))).toBeUndefined();
    }
  });

  it('is spared by its own id, and for whoever runs this', () => {
    for (const lists of [{ accessKeys: [key.id] }, { accessKeys: [key.id], users: ['alice'] }])
      expect(inRun(lists).of(YOUNG)).toEqual({ code: 'allowed', through: 'itself' });
    const signs = { ...NOBODY, exemptKeys: new Set([key.id]) };
    const session = { ...NOBODY, exemptUser: 'alice' };
    for (const caller of [signs, session, { ...NOBODY, unidentified: true as const }])
      expect(inRun({ users: ['alice'] }, caller).of(YOUNG)?.code).toMatch(/caller|unidentified/);
    expect(inRun({ users: ['alice'] }, session).notSparedBy(YOUNG)).toBeUndefined();
  });

  it('of nobody on the allowlist is as it was', () => {
    expect(inRun({ users: ['bob'] }).of(YOUNG)).toBeUndefined();
    expect(inRun({ users: ['bob'] }).notSparedBy(YOUNG)).toBeUndefined();
  });

  it('stays new while the incident is open, and a mark from the future makes none old', () => {
    const opened = START - 20 * HOUR;
    expect(inRun({ users: ['alice'] }, NOBODY, opened).of(madeAt(opened - 23 * HOUR))).toBeUndefined();
    expect(inRun({ users: ['alice'] }, NOBODY, START + 400 * HOUR).of(YOUNG)).toBeUndefined();
  });

  it('of a kind that does not say when it was made, its owner spares', () => {
    const group2 = exemptions(
      { resources: ['ec2-auto-scaling-group/us-east-1/web/blue'] },
      NOBODY,
      [],
      () => 0,
    );
    const member = { ...machine, owner: group, facts: { launchedAt: START } };
    expect(group2.of(member)).toEqual({ code: 'allowed', through: 'owner' });
  });
});

it('only whole ARNs are our own parts: they come from the environment, which an intruder may edit', () => {
  const edited = [
    'mallory',
    'iam-user/global/mallory',
    machine.id,
    `arn:aws-cn:iam::${ACCOUNT}:user/mallory`,
  ];
  for (const each of [{ ...user, id: 'mallory' }, machine])
    expect(exemptions({}, NOBODY, edited).of(each)).toBeUndefined();
});

it('follows owners of owners', () => {
  const request = { kind: 'ec2-spot-request', scope: 'us-east-1', id: 'sir-1' };
  const exempt = exemptions({ resources: ['ec2-spot-request/us-east-1/sir-1'] });
  const member = { ...machine, owner: { ...group, owner: request } };
  expect(exempt.of(member)).toEqual({ code: 'allowed', through: 'owner' });
});

it('finds the entries that match no kind', () => {
  const entries = [
    'ec2-instance/us-east-1/i-1',
    'ec2-instances/us-east-1/i-1',
    `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-1`,
    `arn:aws:ec2:us-east-1:${ACCOUNT}:volume/vol-1`,
    'ec2-instance/us-esat-1/i-1',
    'ec2-instance/global/i-1',
    'iam-user/us-east-1/alice',
    `arn:aws:ec2::${ACCOUNT}:instance/i-1`,
    `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`,
  ];
  expect(unmatchedEntries(entries, allKinds)).toEqual(entries.filter((_, at) => at !== 0 && at !== 2));
});

it('names the ARNs of other accounts, which spare nothing here', () => {
  const other = 'arn:aws:iam::999999999999:user/dev/alice';
  const allow = {
    users: ['alice', `arn:aws:iam::${ACCOUNT}:user/alice`, other],
    roles: ['deploy', 'arn:aws:iam::999999999999:root'],
    resources: ['arn:aws:s3:::a-bucket', 'ec2-instance/us-east-1/i-12345678'],
  };
  expect(ofOtherAccounts(allow, ACCOUNT)).toEqual([
    { list: 'users', entry: other },
    { list: 'roles', entry: 'arn:aws:iam::999999999999:root' },
  ]);
});
