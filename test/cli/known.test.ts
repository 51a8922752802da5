import { expect, it } from 'vitest';
import { knownOf } from '../../bin/screen/known.ts';
import { GLOBAL } from '../../lambda/core/model.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { ago } from './attacked-plan.ts';

const machine = (id: string, change: object = {}) => ({
  kind: 'ec2-instance',
  scope: 'us-east-1',
  id,
  facts: {
    ...{ type: 'g4dn.xlarge', state: 'running', spot: 'no', instanceStore: false, group: null },
    ...{ launchedAt: new Date(ago(2)).toISOString(), transition: '', ...change },
  },
});
const key = (id: string, change: object) => ({
  kind: 'iam-access-key',
  scope: GLOBAL,
  id,
  facts: { user: 'ann', userArn: '', created: null, denied: false, boundary: null, siblings: [], ...change },
});

it('a machine has its name, type, age and price; a stopped one costs nothing', async () => {
  const { of, problems } = await knownOf(
    [
      machine('i-1', { name: 'web' }),
      machine('i-2', { spot: 'one-time' }),
      machine('i-3', { state: 'stopped' }),
      machine('i-4', { type: 'z99.xlarge' }),
    ],
    allKinds,
  );
  const known = (id: string) => of.get(`ec2-instance/us-east-1/${id}`);
  // 0.526: AWS's list price of a g4dn.xlarge in us-east-1; Spot counts half.
  expect(known('i-1')).toEqual({ name: 'web', type: 'g4dn.xlarge', since: ago(2), usdPerHour: 0.526 });
  expect(known('i-2')).toMatchObject({ usdPerHour: 0.263 });
  expect(known('i-3')).toMatchObject({ usdPerHour: 0 });
  expect(known('i-4')).toMatchObject({ isEstimate: true });
  expect(problems).toEqual([]);
});

it('a key has its user, and whether that is an administrator, as far as it is known', async () => {
  const keys = [
    key('A', { admin: true }),
    key('B', { admin: false, created: '2026-01-31T00:00:00Z' }),
    key('C', {}),
  ];
  const { of } = await knownOf(keys, allKinds);
  expect([...of.values()]).toEqual([
    { name: 'ann', type: 'admin' },
    { name: 'ann', type: 'not admin', since: Date.UTC(2026, 0, 31) },
    { name: 'ann', type: 'admin?' },
  ]);
});

it('prices that cannot be loaded are a problem that is told, and hide nothing else', async () => {
  const broken = allKinds.map((kind) =>
    kind.loadPrices ? { ...kind, loadPrices: () => Promise.reject(new Error('no file')) } : kind,
  );
  const { of, problems } = await knownOf([machine('i-1')], broken);
  expect(problems).toEqual(['the prices of EC2 instances could not be loaded: Error: no file']);
  expect(of.get('ec2-instance/us-east-1/i-1')).toMatchObject({ type: 'g4dn.xlarge' });
  expect(of.get('ec2-instance/us-east-1/i-1')).not.toHaveProperty('usdPerHour');
});
