import { afterEach, describe, expect, it } from 'vitest';
import type { ExposedKey } from '../../lambda/core/signal.ts';
import { readMark } from '../../lambda/shell/journal/incident.ts';
import { MINUTE_MS, TickSetup } from './tick-setup.ts';

let setup: TickSetup;
afterEach(() => setup.stop());

/** Creates a user. @returns the ids of its keys */
function user(name: string, keys = 1) {
  setup.account.iam.createUser(name);
  return Array.from({ length: keys }, () => setup.account.iam.createAccessKey(name).accessKeyId);
}
const keysOf = (name: string) =>
  Object.fromEntries(
    setup.account.iam.directory.find(name)?.keys.map(({ id, status }) => [id, status]) ?? [],
  );
const isDenied = (name: string) =>
  setup.account.iam.directory.find(name)?.attachedPolicies.some((arn) => arn.endsWith('/AWSDenyAll')) ??
  false;
const exposed = (change: Partial<ExposedKey>): ExposedKey => ({
  ...{ kind: 'exposed-key', id: 'health-1', at: '2026-01-20T09:00:00Z', region: 'global' },
  ...{ text: 'AWS Health reports an exposed key.', accessKeyIds: [], users: [] },
  ...change,
});
const launch = (region: string, count = 1) =>
  setup.account.ec2.launch(region, { type: 't3.micro', count, launchedBy: 'owner' });
const openOnlyForKeys = async () => (await readMark(setup.store)).mark?.only;

describe('a key that AWS reports as exposed', () => {
  it('is disabled and its user denied, also on the allowlist, and nothing else is changed', async () => {
    setup = new TickSetup({}, { allow: { users: ['owner', 'ci'] } });
    const [leaked = '', other = ''] = user('ci', 2);
    user('neighbour');
    launch('eu-west-1');
    await setup.wait(MINUTE_MS);
    const { report } = await setup.signal(exposed({ accessKeyIds: [leaked] }));
    expect(report).toMatchObject({ acted: true, contained: true });
    expect(keysOf('ci')).toEqual({ [leaked]: 'Inactive', [other]: 'Active' });
    expect(isDenied('ci')).toBe(true);
    expect(Object.values(keysOf('neighbour'))).toEqual(['Active']);
    expect(setup.running).toHaveLength(1);
    expect(await openOnlyForKeys()).toBe('keys');
  });

  it('does not stop what runs: later ticks of its incident stop nothing', async () => {
    setup = new TickSetup();
    const [leaked = ''] = user('ci');
    launch('eu-west-1');
    await setup.wait(MINUTE_MS);
    await setup.signal(exposed({ accessKeyIds: [leaked] }));
    await setup.wait(MINUTE_MS);
    expect(await setup.tick()).not.toHaveProperty('report');
    expect(setup.running).toHaveLength(1);
  });

  it('leads to containing and holding the whole account when machines are launched', async () => {
    setup = new TickSetup();
    const [leaked = ''] = user('ci');
    await setup.wait(MINUTE_MS);
    await setup.signal(exposed({ accessKeyIds: [leaked] }));
    setup.account.ec2.launch('eu-west-1', { type: 'c5.24xlarge', count: 5, launchedBy: 'mallory' });
    await setup.wait(MINUTE_MS);
    expect((await setup.tick()).level).toBe('fire');
    expect(await openOnlyForKeys()).toBeUndefined();
    launch('eu-west-1');
    await setup.wait(MINUTE_MS);
    expect((await setup.tick()).report?.acted).toBe(true);
    expect(setup.running).toEqual([]);
  });

  it('in the same tick as an attack opens one incident, which is held', async () => {
    setup = new TickSetup();
    const [leaked = ''] = user('ci');
    setup.account.ec2.launch('eu-west-1', { type: 'c5.24xlarge', count: 5, launchedBy: 'mallory' });
    await setup.wait(MINUTE_MS);
    await setup.signal(exposed({ accessKeyIds: [leaked] }));
    expect(setup.running).toEqual([]);
    expect(await openOnlyForKeys()).toBeUndefined();
    launch('eu-west-1');
    await setup.wait(MINUTE_MS);
    await setup.tick();
    expect(setup.running).toEqual([]);
  });

  it.each(['UpdateAccessKey', 'AttachUserPolicy', 'GetAccountAuthorizationDetails'])(
    'fails the tick while %s is refused, is tried again, and is then dealt with',
    async (operation) => {
      setup = new TickSetup();
      const [leaked = ''] = user('ci');
      await setup.wait(MINUTE_MS);
      const signal = exposed({ accessKeyIds: [leaked], users: ['ci'] });
      setup.setFaults({ when: { service: 'iam', operation }, fault: { kind: 'access-denied' } });
      await expect(setup.signal(signal)).rejects.toThrow(/reports as exposed may still work: .*AccessDenied/);
      expect(setup.memory()?.signals).toEqual([]);
      setup.setFaults();
      await setup.wait(MINUTE_MS);
      await setup.signal(signal);
      expect(keysOf('ci')).toEqual({ [leaked]: 'Inactive' });
      expect(isDenied('ci')).toBe(true);
      expect(setup.memory()?.signals).toEqual(['health-1']);
    },
  );

  it('is locked out also when the look fails in all regions, and the tick fails', async () => {
    setup = new TickSetup();
    const [leaked = ''] = user('ci');
    await setup.wait(MINUTE_MS);
    setup.setFaults({ when: { operation: 'DescribeInstances' }, fault: { kind: 'access-denied' } });
    await expect(setup.signal(exposed({ accessKeyIds: [leaked] }))).rejects.toThrow(
      /could not look at any region/,
    );
    expect(keysOf('ci')).toEqual({ [leaked]: 'Inactive' });
  });

  it('fails the tick when every notification fails, and does not end the process', async () => {
    setup = new TickSetup();
    const [leaked = ''] = user('ci');
    await setup.wait(MINUTE_MS);
    setup.setFaults(
      { when: { service: 'sns' }, fault: { kind: 'access-denied' } },
      { when: { operation: 'DescribeInstances', region: 'sa-east-1' }, fault: { kind: 'hang' } },
    );
    await expect(setup.signal(exposed({ accessKeyIds: [leaked] }))).rejects.toThrow(
      /every notification failed/,
    );
    expect(keysOf('ci')).toEqual({ [leaked]: 'Inactive' });
  });

  it('is only reported in a dry run', async () => {
    setup = new TickSetup({}, { mode: 'dry-run' });
    const [leaked = ''] = user('ci');
    await setup.wait(MINUTE_MS);
    const { report } = await setup.signal(exposed({ accessKeyIds: [leaked] }));
    expect(report).toMatchObject({ acted: false });
    expect(keysOf('ci')).toEqual({ [leaked]: 'Active' });
  });
});
