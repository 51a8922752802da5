import type {
  DescribeInstancesResult,
  DescribeRegionsResult,
  Instance,
  InstanceAttribute,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { EC2_BEHAVIOURS } from '../../../../simulated-aws/services/ec2/behaviours.ts';
import type { InstanceState } from '../../../../simulated-aws/services/ec2/instance.ts';
import { behaviour } from '../../behaviour-test.ts';
import { ec2Setup, HOUR, idsOf, MINUTE, REGION } from './ec2-setup.ts';

type Setup = ReturnType<typeof ec2Setup>;

const shown = (setup: Setup, input: object = {}, region = REGION): Instance[] =>
  (setup.call<DescribeInstancesResult>('DescribeInstances', input, region).Reservations ?? []).flatMap(
    ({ Instances = [] }) => Instances,
  );

const idsShown = (setup: Setup, input: object = {}) =>
  shown(setup, input).map(({ InstanceId }) => InstanceId);

describe('reading EC2', () => {
  behaviour(EC2_BEHAVIOURS, 'ec2-regions-enabled', () => {
    const { call } = ec2Setup();
    const names = (input: object) =>
      (call<DescribeRegionsResult>('DescribeRegions', input).Regions ?? []).map(
        ({ RegionName }) => RegionName,
      );
    expect(names({})).toHaveLength(18);
    expect(names({})).toContain('af-south-1');
    expect(names({})).not.toContain('eu-south-1');
    expect(names({ AllRegions: true })).toContain('eu-south-1');
    expect(names({ Filters: [{ Name: 'opt-in-status', Values: ['opted-in'] }] })).toEqual(['af-south-1']);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-pages', () => {
    const launches = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 10 });
    const states = fc.constantFrom<InstanceState[] | undefined>(
      undefined,
      ['running'],
      ['running', 'stopping'],
      ['stopped'],
    );
    fc.assert(
      fc.property(
        launches,
        fc.integer({ min: 5, max: 60 }),
        states,
        fc.nat(),
        (counts, MaxResults, wanted, seed) => {
          const setup = ec2Setup({ seed });
          for (const count of counts) setup.running(count);
          const some = [...setup.ec2.instances(REGION)].filter(() => setup.random.chance(0.3));
          setup.ec2.stop(idsOf(some));
          const Filters = wanted && [{ Name: 'instance-state-name', Values: wanted }];
          const found: string[] = [];
          let NextToken: string | undefined;
          do {
            const page = setup.call<DescribeInstancesResult>('DescribeInstances', {
              Filters,
              MaxResults,
              NextToken,
            });
            const instances = (page.Reservations ?? []).flatMap((each) => each.Instances ?? []);
            expect(instances.length).toBeLessThanOrEqual(MaxResults);
            found.push(...instances.map(({ InstanceId = '' }) => InstanceId));
            NextToken = page.NextToken;
          } while (NextToken !== undefined);
          const expected = [...setup.ec2.instances(REGION)].filter(
            (one) => wanted?.includes(one.state) ?? true,
          );
          expect(found).toEqual(idsOf(expected));
        },
      ),
      { numRuns: 50 },
    );
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-page-size', () => {
    const { refusal } = ec2Setup();
    expect([4, 5, 1000, 1001].map((MaxResults) => refusal('DescribeInstances', { MaxResults }))).toEqual([
      'InvalidParameterValue',
      undefined,
      undefined,
      'InvalidParameterValue',
    ]);
    expect(refusal('DescribeInstances', { MaxResults: 5, NextToken: 'garbage' })).toBe('InvalidNextToken');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-ids-or-pages', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(3));
    expect(shown(setup, { InstanceIds })).toHaveLength(3);
    expect(setup.refusal('DescribeInstances', { InstanceIds, MaxResults: 5 })).toBe(
      'InvalidParameterCombination',
    );
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-filters', () => {
    const setup = ec2Setup();
    const [web] = setup.running(1, { tags: { app: 'web-1' }, type: 'm5.large' });
    setup.running(1, { tags: { app: 'db' } });
    setup.running(1, { group: 'workers' });
    const matching = (...filters: [string, ...string[]][]) =>
      shown(setup, { Filters: filters.map(([Name, ...Values]) => ({ Name, Values })) }).length;
    expect(matching(['tag:app', 'web-?', 'none'])).toBe(1);
    expect(matching(['tag:app', '*'])).toBe(2);
    expect(matching(['tag:app', '*'], ['instance-type', 'm5.large'])).toBe(1);
    expect(matching(['tag:aws:autoscaling:groupName', 'workers'])).toBe(1);
    expect(matching(['instance-id', web?.id ?? ''], ['instance-state-name', 'running'])).toBe(1);
    expect(matching(['instance-id', web?.id ?? ''], ['instance-state-name', 'stopped'])).toBe(0);
    expect(matching(['instance-lifecycle', 'spot'])).toBe(0);
    expect(matching(['tag-key', 'app'])).toBe(2);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-unknown-filter', () => {
    const { refusal } = ec2Setup();
    const filtered = (Name: string, values: number) =>
      refusal('DescribeInstances', { Filters: [{ Name, Values: Array.from({ length: values }, String) }] });
    expect(filtered('instance-colour', 1)).toBe('InvalidParameterValue');
    expect(filtered('instance-id', 200)).toBeUndefined();
    expect(filtered('instance-id', 201)).toBe('FilterLimitExceeded');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-reservations', () => {
    const setup = ec2Setup();
    setup.running(3);
    setup.running(2);
    const { Reservations = [] } = setup.call<DescribeInstancesResult>('DescribeInstances', {});
    expect(Reservations.map(({ Instances = [] }) => Instances.length)).toEqual([3, 2]);
    expect(Reservations[0]?.OwnerId).toBe('111122223333');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-lag', () => {
    const setup = ec2Setup();
    for (let launch = 0; launch < 10; launch++)
      setup.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' });
    expect(shown(setup).length).toBeLessThan(10);
    setup.wait(1_000);
    expect(shown(setup)).toHaveLength(10);
    const prompt = ec2Setup({ visibleWithinMs: 0 });
    prompt.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'owner' });
    expect(shown(prompt)).toHaveLength(1);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-describe-terminated', () => {
    const setup = ec2Setup();
    const InstanceIds = idsOf(setup.running(2));
    setup.ec2.terminate(InstanceIds);
    setup.wait(MINUTE);
    expect(shown(setup).map(({ State }) => State?.Name)).toEqual(['terminated', 'terminated']);
    setup.wait(HOUR);
    expect(shown(setup)).toEqual([]);
    expect(setup.refusal('DescribeInstances', { InstanceIds })).toBe('InvalidInstanceID.NotFound');
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-operator', () => {
    const setup = ec2Setup();
    setup.running(1, { operator: 'eks.amazonaws.com' });
    setup.running(1);
    expect(shown(setup).map(({ Operator }) => Operator)).toMatchObject([
      { Managed: true, Principal: 'eks.amazonaws.com' },
      { Managed: false },
    ]);
    const Filters = [{ Name: 'operator.managed', Values: ['true'] }];
    expect(shown(setup, { Filters })).toHaveLength(1);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-operated-hidden', () => {
    const setup = ec2Setup();
    setup.ec2.hidesOperated = true;
    const [operated] = idsOf(setup.running(1, { operator: 'eks.amazonaws.com' }));
    const others = idsOf(setup.running(1));
    expect(idsShown(setup)).toEqual(others);
    expect(idsShown(setup, { IncludeManagedResources: true })).toEqual([operated, ...others]);
  });

  behaviour(EC2_BEHAVIOURS, 'ec2-attributes', () => {
    const setup = ec2Setup();
    const [instance] = setup.running(1, { disableApiTermination: true });
    const read = (Attribute: string) =>
      setup.call<InstanceAttribute>('DescribeInstanceAttribute', { InstanceId: instance?.id, Attribute });
    expect(read('disableApiTermination').DisableApiTermination).toEqual({ Value: true });
    expect(read('disableApiStop').DisableApiStop).toEqual({ Value: false });
  });
});
