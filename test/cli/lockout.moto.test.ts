import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockoutBy } from '../../bin/deployed/lockout.ts';
import type { Moto } from '../../lab/testbed/moto.ts';
import { PLANTER, PlantedAccount } from '../../lab/testbed/planted-account.ts';
import type { Caller } from '../../lambda/core/policy/policy.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { unlimitedClients } from '../idle-time/clients.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';
import { signedWith } from './cli-process.ts';

const ALICE = 'arn:aws:iam::123456789012:user/alice';
const over = new AbortController();
let moto: Moto;
let clients: Clients;
let key: string;

beforeAll(async () => {
  moto = await emptyMoto();
  Object.assign(process.env, signedWith(PLANTER, moto.url));
  const planted = new PlantedAccount(moto.url);
  const alice = await planted.user('alice', 1);
  planted.close();
  key = alice.accessKeys[0]?.accessKeyId ?? '';
  clients = unlimitedClients(systemClock, over.signal);
});

afterAll(async () => {
  over.abort();
  await moto.stop();
});

const ask = (
  caller: Partial<Caller>,
  allow: { accessKeys?: string[]; users?: string[] },
): Promise<string | undefined> =>
  lockoutBy(
    { allow: { accessKeys: [], users: [], instances: [], roles: [], resources: [], none: false, ...allow } },
    { arn: ALICE, exemptKeys: new Set(), unknown: false, ...caller },
    clients,
  );

describe('would the deployed function lock this caller out?', () => {
  it('not a user whose key is on its allowlist; a name spares no key that was made just now', async () => {
    const caller = { exemptKeys: new Set([key]) };
    expect(await ask(caller, { accessKeys: [key] })).toBeUndefined();
    for (const user of ['alice', ALICE])
      expect(await ask(caller, { users: [user] })).toMatch(
        /was made .* the name of alice .* does not spare it/,
      );
  });

  it('a user of whom it knows nothing', async () => {
    expect(await ask({ exemptKeys: new Set([key]) }, { users: ['bob'] })).toContain(key);
    expect(await ask({ exemptKeys: new Set([key]) }, {})).toContain(key);
  });

  it('not a session, as long as its user will not be denied', async () => {
    const session = { exemptUser: 'alice' };
    expect(await ask(session, { accessKeys: [key] })).toBeUndefined();
    expect(await ask(session, { users: ['alice'] })).toBeUndefined();
    // By name, whatever the path, as the function compares.
    const account = { account: '123456789012' };
    const withPath = 'arn:aws:iam::123456789012:user/dev/ops/ALICE';
    expect(await ask({ ...session, ...account }, { users: [withPath] })).toBeUndefined();
    expect(
      await ask({ ...session, ...account }, { users: ['arn:aws:iam::999999999999:user/alice'] }),
    ).toContain(ALICE);
    expect(await ask(session, { accessKeys: ['AKIAIOSFODNN7EXAMPLE'] })).toContain(ALICE);
  });

  it('a role that is assumed with a key which it would disable', async () => {
    const role = { arn: 'arn:aws:sts::123456789012:assumed-role/admin/me' };
    expect(await ask({ ...role, exemptKeys: new Set([key]) }, { accessKeys: [] })).toContain(key);
    expect(await ask({ ...role, exemptKeys: new Set([key]) }, { accessKeys: [key] })).toBeUndefined();
    expect(await ask(role, {})).toBeUndefined();
  });

  it('not the root user, whose keys nobody else can change', async () => {
    const root = { arn: 'arn:aws:iam::123456789012:root', exemptKeys: new Set(['AKIAIOSFODNN7EXAMPLE']) };
    expect(await ask(root, {})).toBeUndefined();
  });

  it('perhaps, when it is not known whose credentials these are', async () => {
    expect(await ask({ unknown: true }, { users: ['alice'] })).toContain('cannot be found out');
  });
});
