import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';
import { composeMail } from '../../lambda/core/report/mail.ts';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { SimulatedFire } from './simulated-fire.ts';

let setup: SimulatedFire;
beforeEach(() => {
  setup = new SimulatedFire({ startsAt: Date.UTC(2026, 0, 20, 9), optedIn: ['eu-south-1'] });
});
afterEach(() => setup.end());

const linesOf = (report: Report) => composeMail(report, allKinds).text;

it('a fire that is narrowed to one region does not call the account clean', async () => {
  await setup.launch('us-east-1', 1);
  await setup.launch('eu-west-1', 3);
  const report = await setup.fire({ onlyRegions: new Set(['us-east-1']) });
  expect(setup.running).toBe(3);
  expect(linesOf(report)).toMatch(/^Clean now: us-east-1 and IAM, .* NOT looked at: all other regions\.$/m);
  expect(linesOf(report)).not.toContain('It is clean now');
});

it.each([
  ['us-east-9', { onlyRegions: new Set(['us-east-9']) }],
  ['eu-wset-1', { excludeRegions: new Set(['eu-wset-1']) }],
])('a region that does not exist is refused, and nothing is stopped: %s', async (region, policy) => {
  await setup.launch('us-east-1', 1);
  await expect(setup.fire(policy)).rejects.toThrow(`${region} is not a region of this account`);
  expect(setup.running).toBe(1);
});

/** A service control policy closes these regions' EC2. Source: EC2 API error codes, "UnauthorizedOperation". */
function close(...regions: readonly string[]): void {
  const code = 'UnauthorizedOperation';
  const message = 'You are not authorized … with an explicit deny in a service control policy';
  const fault = { kind: 'error', code, status: 403, message } as const;
  setup.endpoint.rules.add({ when: { service: 'ec2', regions }, fault });
  setup.endpoint.rules.add({ when: { service: 'autoscaling', regions }, fault });
}

describe('where the organization closes the region that is asked for the regions', () => {
  it('another one is asked: the opted-in region is contained, and nothing is left open', async () => {
    await setup.launch('eu-south-1', 2);
    close('us-east-1');
    const report = await setup.fire({ acceptDenied: new Set(['us-east-1']) });
    expect(setup.running).toBe(0);
    expect(report).toMatchObject({ clean: true, places: { closed: ['us-east-1'] } });
    expect(report.gaps.filter(({ accepted }) => !accepted)).toEqual([]);
    expect(exitCodeOf(report)).toBe(0);
  });

  it('also where only a few regions are open', async () => {
    await setup.launch('eu-south-1', 2);
    close(...DEFAULT_REGIONS.filter((region) => region !== 'eu-west-3'));
    await setup.fire({ acceptDenied: new Set(DEFAULT_REGIONS) });
    expect(setup.running).toBe(0);
  });

  it('it is a gap where no region answers', async () => {
    setup.endpoint.rules.add({ when: { operation: 'DescribeRegions' }, fault: { kind: 'access-denied' } });
    const report = await setup.fire();
    expect(report.clean).toBe(false);
    expect(report.gaps).toMatchObject([{ kind: 'opted-in-regions', code: 'UnauthorizedOperation' }]);
  });

  it('it is no gap where a person named the regions: these are looked at in any case', async () => {
    await setup.launch('eu-south-1', 2);
    setup.endpoint.rules.add({ when: { operation: 'DescribeRegions' }, fault: { kind: 'access-denied' } });
    const report = await setup.fire({ onlyRegions: new Set(['eu-west-1', 'eu-south-1']) });
    expect(setup.running).toBe(0);
    expect(report).toMatchObject({ clean: true, gaps: [] });
  });
});

describe('a region that was closed after something was started in it', () => {
  const [closed, accepted] = ['eu-west-1', { acceptDenied: new Set(['eu-west-1']) }];

  it('is not called clean: what was started goes on billing', async () => {
    await setup.launch(closed, 3);
    await setup.pass(30 * 3_600_000); // until Cost Explorer knows of it
    close(closed);
    const report = await setup.fire(accepted);
    expect(setup.running).toBe(3);
    expect(report.clean).toBe(false);
    expect(exitCodeOf(report)).toBe(3);
    const open = report.gaps.filter((gap) => !gap.accepted);
    expect(open).toMatchObject([{ kind: 'closed-region', region: closed, code: 'StillBilled' }]);
    expect(linesOf(report)).toMatch(/closed-region.*eu-west-1.*\$\d+\.\d\d/);
  });

  it('says so where Cost Explorer does not answer', async () => {
    await setup.launch(closed, 3);
    close(closed);
    setup.endpoint.rules.add({ when: { service: 'ce' }, fault: { kind: 'access-denied' } });
    const text = linesOf(await setup.fire(accepted));
    expect(text).toContain('NOT looked at: eu-west-1, closed by your organization.');
    expect(text).toMatch(
      /NOT EXAMINED[\s\S]*eu-west-1, closed by your organization: whatever was started there before/,
    );
  });

  it('is accepted where this month has cost nothing there', async () => {
    close(closed);
    expect(await setup.fire(accepted)).toMatchObject({ clean: true });
  });

  it('is not called clean either where it is an opted-in region that was disabled', async () => {
    await setup.launch('eu-south-1', 3);
    await setup.pass(30 * 3_600_000);
    setup.account.regions.disable('eu-south-1');
    const report = await setup.fire();
    expect(setup.running).toBe(3);
    expect(report.clean).toBe(false);
    expect(report.gaps).toMatchObject([{ kind: 'closed-region', region: 'eu-south-1' }]);
  });
});
