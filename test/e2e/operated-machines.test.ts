import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { FiredAccount } from './fired-account.ts';

let fired: FiredAccount;
beforeEach(() => {
  fired = new FiredAccount();
});
afterEach(() => fired.stop());

const EKS = { operator: 'eks.amazonaws.com', tags: { 'aws:eks:cluster-name': 'prod' } };
const ECS = {
  operator: 'ecs.amazonaws.com',
  tags: { 'aws:ecs:capacity-provider': 'arn:aws:ecs:us-east-1:111122223333:capacity-provider/gpu' },
};

/** Machines of one service beside plain ones, launched in turn: all run. */
async function launch(...operated: object[]): Promise<void> {
  for (const more of [...operated, {}])
    fired.account.ec2.launch('us-east-1', { type: 'c5.large', count: 6, launchedBy: 'intruder', ...more });
  await fired.wait(60_000);
}

const operated = () => [...fired.account.ec2.instances()].filter(({ operator }) => operator !== undefined);

test.each(['stop', 'terminate'] as const)(
  'machines that only a service can end shield nobody, and the report names what to close (%s)',
  async (mode) => {
    await launch(EKS, ECS);
    const report = await fired.fire({ mode });
    expect(new Set(fired.running)).toEqual(new Set(operated().map(({ id }) => id)));
    const left = report.skips.filter(({ code }) => code === 'unstoppable');
    expect(left).toHaveLength(12);
    expect(left[0]?.reason).toMatch(/^only \w+\.amazonaws\.com can end it: UnauthorizedOperation/);
    expect(report.actions.filter(({ status }) => status === 'failed')).toEqual([]);
    expect([report.clean, exitCodeOf(report)]).toEqual([false, 3]);
    const steps = report.byHand.filter((step) => step.includes('Close there'));
    expect(steps).toHaveLength(2);
    expect(steps.join()).toMatch(/in us-east-1. Close there: EKS cluster prod/);
    expect(steps.join()).toMatch(/ECS capacity provider arn:aws:ecs:\S+\/gpu/);
    expect(report.byHand.join()).not.toMatch(/only terminated/);
  },
);

test('they are looked for also where the account hides them', async () => {
  fired.account.ec2.hidesOperated = true;
  await launch(EKS);
  const report = await fired.fire();
  expect(report.clean).toBe(false);
  expect(report.byHand.join()).toContain('EKS cluster prod');
});

test('a service without a known tag is named all the same', async () => {
  await launch({ operator: 'new-service.amazonaws.com' });
  const { byHand } = await fired.fire();
  expect(byHand.join()).toContain('new-service.amazonaws.com');
});

test('the run ends, and leaves them named, also where it may terminate what cannot be stopped', async () => {
  await launch(EKS);
  const report = await fired.fire({ unstoppable: 'terminate' });
  expect(report.regions['us-east-1']?.passes).toBeLessThan(10);
  expect(report.byHand.join()).toContain('EKS cluster prod');
});
