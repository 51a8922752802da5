import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { pagesOf } from '../../lab/testbed/paging.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { type Ground, startGround } from '../e2e/engine.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground.stop());
beforeEach(() => ground.renew());

const ids = (report: Report, kind: string) =>
  report.actions.filter((action) => action.kind === kind && action.status === 'done').map(({ id }) => id);

test('250 users served in pages of 100', async () => {
  for (let i = 0; i < 250; i += 50)
    await Promise.all(Array.from({ length: 50 }, (_, n) => ground.world.user(`user-${i + n}`, 1)));
  ground.proxy.rules.add(pagesOf('GetAccountAuthorizationDetails', 100));
  const report = await ground.fire();
  expect(ids(report, 'iam-access-key')).toHaveLength(250);
  expect(await ground.world.activeKeys()).toEqual([]);
  expect(report.clean).toBe(true);
});

test('1,200 machines in one region', async () => {
  await ground.world.instances('us-east-1', 1200);
  const report = await ground.fire();
  expect(ids(report, 'ec2-instance')).toHaveLength(1200);
  expect(await ground.world.running('us-east-1')).toEqual([]);
  expect(report.clean).toBe(true);
});
