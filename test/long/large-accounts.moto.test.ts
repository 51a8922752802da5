import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pagesOf } from '../../lab/testbed/paging.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { type EngineSetup, startSetup } from '../e2e/engine.ts';

let setup: EngineSetup;
beforeAll(async () => {
  setup = await startSetup();
});
afterAll(() => setup.stop());
beforeEach(() => setup.renew());

const ids = (report: Report, kind: string) =>
  report.actions.filter((action) => action.kind === kind && action.status === 'done').map(({ id }) => id);

test('250 users served in pages of 100', async () => {
  for (let i = 0; i < 250; i += 50)
    await Promise.all(Array.from({ length: 50 }, (_, n) => setup.planted.user(`user-${i + n}`, 1)));
  setup.proxy.rules.add(pagesOf('GetAccountAuthorizationDetails', 100));
  const report = await setup.fire();
  expect(ids(report, 'iam-access-key')).toHaveLength(250);
  expect(await setup.planted.activeKeys()).toEqual([]);
  expect(report.clean).toBe(true);
});

test('1,200 machines in one region', async () => {
  await setup.planted.instances('us-east-1', 1200);
  const report = await setup.fire();
  expect(ids(report, 'ec2-instance')).toHaveLength(1200);
  expect(await setup.planted.running('us-east-1')).toEqual([]);
  expect(report.clean).toBe(true);
});
