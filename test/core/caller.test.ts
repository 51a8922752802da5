import { describe, expect, it } from 'vitest';
import { callerFrom, unidentifiedCaller } from '../../lambda/core/policy/caller.ts';
import { InputError } from '../../lambda/core/settings.ts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';
const SESSION = 'ASIAIOSFODNN7EXAMPLE';
const SOURCE = 'AKIAI44QH7DHBEXAMPLE';
const from = (arn: string, change: object = {}) =>
  callerFrom({
    account: '123456789012',
    arn,
    accessKeyId: SESSION,
    temporary: true,
    sourceKeys: [],
    ...change,
  });

describe('the caller, who must not be locked out', () => {
  it('a user with a key: that key', () => {
    const caller = from('arn:aws:iam::123456789012:user/alice', { accessKeyId: KEY, temporary: false });
    expect([...caller.exemptKeys]).toEqual([KEY]);
    expect(caller).toMatchObject({ account: '123456789012', unknown: false });
    expect(caller.exemptUser).toBeUndefined();
  });

  it.each(['user/alice', 'user/dev/ops/alice', 'user/a:b/!*/alice'])(
    'a session of a user: all keys of the user (%s)',
    (resource) => {
      expect(from(`arn:aws:iam::123456789012:${resource}`)).toMatchObject({
        exemptUser: 'alice',
        unknown: false,
      });
    },
  );

  it('a role: the keys that its profile starts from', () => {
    const caller = from('arn:aws:sts::123456789012:assumed-role/admin/laptop', { sourceKeys: [SOURCE] });
    expect([...caller.exemptKeys]).toEqual([SOURCE]);
    expect(caller).toMatchObject({ unknown: false });
    expect(caller.exemptUser).toBeUndefined();
    expect(caller.instanceId).toBeUndefined();
  });

  it.each(['i-0123456789abcdef0', 'i-01234567'])(
    'an instance profile: the machine itself (%s)',
    (instanceId) => {
      expect(from(`arn:aws:sts::123456789012:assumed-role/admin/${instanceId}`)).toMatchObject({
        instanceId,
      });
    },
  );

  it('root: nothing more, since no role can touch its keys', () => {
    const caller = from('arn:aws:iam::123456789012:root', { accessKeyId: KEY, temporary: false });
    expect(caller).toMatchObject({ unknown: false });
    expect(caller.exemptUser).toBeUndefined();
    expect(from('arn:aws:iam::123456789012:root').exemptUser).toBeUndefined();
  });

  it('a federated user: the key that made the session is unknown', () => {
    expect(from('arn:aws:sts::123456789012:federated-user/bob')).toMatchObject({ unknown: true });
  });

  it('a role or a session with the name of a user or a machine does not count as one', () => {
    const caller = from('arn:aws:sts::123456789012:assumed-role/user/alice');
    expect(caller.exemptUser).toBeUndefined();
    expect(from('arn:aws:sts::123456789012:assumed-role/admin/i-0123').instanceId).toBeUndefined();
  });

  it.each(['aws-cn', 'aws-us-gov', 'aws-iso', 'aws-eusc'])('in the partition %s: refused', (partition) => {
    expect(() => from(`arn:${partition}:iam::123456789012:user/alice`)).toThrow(InputError);
    expect(() => from(`arn:${partition}:iam::123456789012:user/alice`)).toThrow(
      /only the partition aws is supported/,
    );
  });
});

it.each([
  ['of this account: all keys of the user', '123456789012', 'alice'],
  ['of another account: nobody here', '210987654321', undefined],
])('a role that a session of a user assumed, %s', (_, account, user) => {
  const sourceArns = [`arn:aws:iam::${account}:user/alice`];
  const caller = from('arn:aws:sts::123456789012:assumed-role/admin/laptop', { sourceArns });
  expect(caller.exemptUser).toBe(user);
  expect(caller.unknown).toBe(false);
});

describe('without an answer of STS', () => {
  it('a person is nobody in particular, so that no key and no user may be changed', () => {
    const caller = unidentifiedCaller({ accessKeyId: KEY, temporary: false }, 'person');
    expect(caller).toEqual({ exemptKeys: new Set([KEY]), unknown: true, unidentified: true });
    expect(unidentifiedCaller({ accessKeyId: SESSION, temporary: true }, 'person')).toEqual({
      exemptKeys: new Set(),
      unknown: true,
      unidentified: true,
    });
  });

  it("a role's credentials come from nobody's key, and a long-term key is still exempt", () => {
    const role = unidentifiedCaller({ accessKeyId: SESSION, temporary: true }, 'role');
    expect(role).toEqual({ exemptKeys: new Set(), unknown: false });
    const key = unidentifiedCaller({ accessKeyId: KEY, temporary: false }, 'role');
    expect(key).toEqual({ exemptKeys: new Set([KEY]), unknown: false });
  });
});
