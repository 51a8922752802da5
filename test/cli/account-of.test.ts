import { expect, test } from 'vitest';
import { accountOf } from '../../bin/local/caller.ts';
import type { Identity } from '../../lambda/shell/sources/identity.ts';

const nobody = { exemptKeys: new Set<string>(), unknown: true, unidentified: true as const };
const gap = (code: string) => ({
  kind: 'caller-identity',
  scope: 'global',
  code,
  error: `${code}: no answer`,
});
const alice = {
  account: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/alice',
  exemptKeys: new Set<string>(),
  unknown: false,
};

/** What STS says within 5 s, and in the end. */
const identity = (code: string, inTheEnd: Identity): Promise<Identity> =>
  Promise.resolve({ caller: nobody, gap: gap(code), inTheEnd: Promise.resolve(inTheEnd) });

test('status, incidents and restore wait for STS that answers late', async () => {
  const late = identity('TimeoutError', { caller: alice });
  expect(await accountOf({ identity: late, clients: { answered: 0 } })).toBe('123456789012');
});

test('and name the true cause where it never does', async () => {
  const never = identity('TimeoutError', { caller: nobody, gap: gap('TimeoutError') });
  await expect(accountOf({ identity: never, clients: { answered: 4 } })).rejects.toThrow(
    'the account is unknown (TimeoutError: no answer)',
  );
});

test('but not where there is no connection at all', async () => {
  const { caller, gap: refused } = { caller: nobody, gap: gap('ECONNREFUSED') };
  const hanging = Promise.resolve({ caller, gap: refused, inTheEnd: new Promise<Identity>(() => {}) });
  await expect(accountOf({ identity: hanging, clients: { answered: 0 } })).rejects.toThrow(
    'network: no call to AWS was answered (ECONNREFUSED: no answer)',
  );
});
