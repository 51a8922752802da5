import { describe, expect, it } from 'vitest';
import { GLOBAL } from '../../lambda/core/model.ts';
import { NamedEntries } from '../../lambda/core/policy/named-entries.ts';
import type { NamedEntry } from '../../lambda/core/policy/policy.ts';
import { byName } from '../../lambda/core/policy/undo.ts';
import { allKinds } from '../../lambda/kinds/all.ts';

const ACCOUNT = '123456789012';
const group = { kind: 'ec2-auto-scaling-group', scope: 'us-east-1', id: 'web' };
const machine = { kind: 'ec2-instance', scope: 'us-east-1', id: 'i-12345678', facts: {}, owner: group };
const user = { kind: 'iam-user', scope: GLOBAL, id: 'alice' };
const key = (id: string) => ({ kind: 'iam-access-key', scope: GLOBAL, id });
const active = {
  ...key('AKIA1'),
  facts: {},
  owner: { ...user, owns: [key('AKIA1'), key('AKIA2')] },
};

describe('an entry of the command line', () => {
  const matched = (list: NamedEntry['list'], entry: string) => {
    const named = { list, entry, flag: '--x' };
    const entries = new NamedEntries(byName(allKinds), [named], ACCOUNT);
    entries.note([machine, active]);
    return entries.matched.has(named);
  };

  it.each([
    ['an instance', 'instances', 'i-12345678'],
    ['the owner of an instance', 'resources', 'ec2-auto-scaling-group/us-east-1/web'],
    ['an instance by its ARN', 'resources', `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-12345678`],
    ['a key', 'accessKeys', 'AKIA1'],
    ['an inactive key of the same user', 'accessKeys', 'AKIA2'],
    ['a user, in any case', 'users', 'ALICE'],
  ] as const)('matches %s', (_, list, entry) => {
    expect(matched(list, entry)).toBe(true);
  });

  it.each([
    ['that nobody has', 'instances', 'i-87654321'],
    ['of another region', 'resources', 'ec2-instance/eu-west-1/i-12345678'],
    ['of another account', 'users', 'arn:aws:iam::999999999999:user/alice'],
    ['in the wrong list', 'users', 'AKIA1'],
    ['that only begins like it', 'users', 'alicia'],
  ] as const)('matches nothing where it is one %s', (_, list, entry) => {
    expect(matched(list, entry)).toBe(false);
  });
});
