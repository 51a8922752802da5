import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../lambda/core/report/report.ts';
import { SimulatedFire } from './simulated-fire.ts';

let setup: SimulatedFire;
beforeEach(async () => {
  setup = new SimulatedFire();
  await setup.launch('us-east-1', 3);
});
afterEach(() => setup.end());

/** What a company's filter or a hotel's login page answers instead of AWS, each time with status 200. */
const FOREIGN = ['garbage', 'html', 'empty', 'json'] as const;

describe('where something else answers in place of AWS', () => {
  it.each(FOREIGN)('with %s, nothing is called clean', async (kind) => {
    setup.endpoint.rules.add({ when: {}, fault: { kind } });
    const report = await setup.fire();
    expect(report).toMatchObject({ clean: false, actions: [] });
    expect(exitCodeOf(report)).toBe(3);
    expect(setup.running).toBe(3);
    const open = new Set(report.gaps.map((gap) => `${gap.kind} ${gap.region}`));
    expect([...open]).toEqual(
      expect.arrayContaining([
        'ec2-instance us-east-1',
        'ec2-instance sa-east-1',
        'iam-access-key global',
        'caller-identity global',
        'opted-in-regions global',
      ]),
    );
    for (const gap of report.gaps) expect(gap.error).toMatch(/^UnknownAnswer: /);
  });

  it('with a page in one region, only this region is open', async () => {
    const fault = { kind: 'html' } as const;
    setup.endpoint.rules.add({ when: { region: 'eu-west-1', service: 'ec2' }, fault });
    const report = await setup.fire();
    expect(setup.running).toBe(0);
    expect(report.clean).toBe(false);
    expect(new Set(report.gaps.map(({ region }) => region))).toEqual(new Set(['eu-west-1']));
  });

  it('with nothing once, the call is repeated and nothing is left open', async () => {
    const fault = { kind: 'empty' } as const;
    setup.endpoint.rules.add({ when: { operation: 'DescribeInstances', nth: 1 }, fault });
    expect(await setup.fire()).toMatchObject({ clean: true, gaps: [] });
  });

  it('with a page to a stop, the stop counts as failed until a look shows otherwise', async () => {
    setup.endpoint.rules.add({ when: { operation: 'StopInstances' }, fault: { kind: 'html' } });
    const report = await setup.fire({ onlyRegions: new Set(['us-east-1']) });
    expect(setup.running).toBe(3);
    expect(report.clean).toBe(false);
    expect(report.actions).toMatchObject([{ status: 'failed' }, { status: 'failed' }, { status: 'failed' }]);
  });
});
