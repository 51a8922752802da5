import type {
  CreateLaunchTemplateResult,
  DescribeSpotInstanceRequestsResult,
  RegisterImageResult,
  RequestSpotInstancesResult,
  Reservation,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usdPerHour } from '../../../../simulated-aws/core/prices.ts';
import { EC2_LAUNCH_BEHAVIOURS } from '../../../../simulated-aws/services/ec2/launch-behaviours.ts';
import type { Persistence } from '../../../../simulated-aws/services/ec2/spot-requests.ts';
import { behaviour } from '../../behaviour-test.ts';
import { ec2Setup, HOUR, idsOf, MINUTE, REGION } from './ec2-setup.ts';

type World = ReturnType<typeof ec2Setup>;

const imageIn = (world: World) => world.call<RegisterImageResult>('RegisterImage', { Name: 'image' }).ImageId;

function spot(persistence: Persistence, count = 1) {
  const world = ec2Setup();
  const order = { type: 'g4dn.xlarge', count, persistence, launchedBy: 'intruder' };
  const requests = world.ec2.requestSpot(REGION, order);
  world.wait(MINUTE);
  return { ...world, requests, request: requests[0] as (typeof requests)[0] };
}

describe('launching EC2 instances', () => {
  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-instances', () => {
    const world = ec2Setup();
    const { Instances = [] } = world.call<Reservation>('RunInstances', {
      ImageId: imageIn(world),
      InstanceType: 'm5.large',
      MinCount: 3,
      MaxCount: 3,
      DisableApiTermination: true,
      Placement: { AvailabilityZone: 'us-east-1b' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'app', Value: 'web' }] }],
    });
    expect(Instances.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual([0, 1, 2]);
    expect(Instances[0]).toMatchObject({
      InstanceType: 'm5.large',
      State: { Code: 0, Name: 'pending' },
      Placement: { AvailabilityZone: 'us-east-1b' },
      Tags: [{ Key: 'app', Value: 'web' }],
    });
    const launched = world.ec2.instance(Instances[0]?.InstanceId ?? '');
    expect([launched?.disableApiTermination, launched?.launchedBy]).toEqual([true, 'owner']);
    world.wait(MINUTE);
    expect(world.states()).toEqual(['running', 'running', 'running']);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-client-token', () => {
    const world = ec2Setup();
    const input = {
      ImageId: imageIn(world),
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ClientToken: 'once',
    };
    const ids = [1, 2].map(() => world.call<Reservation>('RunInstances', input).Instances?.[0]?.InstanceId);
    expect(ids[0]).toBe(ids[1]);
    expect(world.states()).toHaveLength(1);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-template', () => {
    const world = ec2Setup();
    const LaunchTemplateData = { ImageId: imageIn(world), InstanceType: 'c5.large', DisableApiStop: true };
    const { LaunchTemplate } = world.call<CreateLaunchTemplateResult>('CreateLaunchTemplate', {
      LaunchTemplateName: 'template',
      LaunchTemplateData,
    });
    for (const named of [
      { LaunchTemplateName: 'template' },
      { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
    ])
      world.call('RunInstances', { LaunchTemplate: named, MinCount: 1, MaxCount: 1 });
    const launched = [...world.ec2.instances(REGION)];
    expect(launched.map(({ type, disableApiStop }) => [type, disableApiStop])).toEqual([
      ['c5.large', true],
      ['c5.large', true],
    ]);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-unknown', () => {
    const world = ec2Setup();
    const count = { MinCount: 1, MaxCount: 1 };
    expect(world.refusal('RunInstances', { ...count, ImageId: 'ami-1' })).toBe('InvalidAMIID.NotFound');
    expect(world.refusal('RunInstances', { ...count, LaunchTemplate: { LaunchTemplateName: 'none' } })).toBe(
      'InvalidLaunchTemplateName.NotFoundException',
    );
    const template = { LaunchTemplateName: 'taken', LaunchTemplateData: {} };
    expect(world.refusal('CreateLaunchTemplate', template)).toBeUndefined();
    expect(world.refusal('CreateLaunchTemplate', template)).toBe(
      'InvalidLaunchTemplateName.AlreadyExistsException',
    );
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-bill-running', () => {
    const world = ec2Setup();
    const price = usdPerHour('p3.8xlarge', REGION, 'on-demand');
    const launch = { type: 'p3.8xlarge', count: 2, launchedBy: 'intruder' };
    const [one, other] = idsOf(world.ec2.launch(REGION, launch)) as [string, string];
    expect(world.ledger.usdPerHour()).toBe(0);
    world.wait(MINUTE);
    expect(world.ledger.usdPerHour(({ owner }) => owner === 'intruder')).toBeCloseTo(2 * price);
    world.call('StopInstances', { InstanceIds: [one] });
    expect(world.ledger.usdPerHour()).toBeCloseTo(price);
    world.call('TerminateInstances', { InstanceIds: [other] });
    expect(world.ledger.usdPerHour()).toBe(0);
    world.wait(HOUR);
    world.call('StartInstances', { InstanceIds: [one] });
    world.wait(MINUTE);
    expect(world.ledger.usdPerHour()).toBeCloseTo(price);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-bill-no-minimum', () => {
    const world = ec2Setup();
    const [instance] = world.ec2.launch(REGION, { type: 'm5.large', count: 1, launchedBy: 'owner' });
    while (instance?.state === 'pending') world.wait(1);
    world.wait(10_000);
    world.ec2.terminate(instance?.id ?? '');
    world.wait(HOUR);
    expect(world.ledger.usd()).toBeCloseTo((usdPerHour('m5.large', REGION, 'on-demand') * 10) / 3_600, 8);
  });

  it('refuses a type without a known price, and launches nothing', () => {
    const world = ec2Setup();
    const launch = () => world.ec2.launch(REGION, { type: 'z9.huge', count: 1, launchedBy: 'owner' });
    expect(launch).toThrow('z9.huge');
    expect(world.states()).toEqual([]);
  });

  it('handles a hundred thousand instances in one region', () => {
    const world = ec2Setup();
    const started = process.cpuUsage().user;
    world.running(100_000);
    const Filters = [{ Name: 'instance-state-name', Values: ['running'] }];
    let stopped = 0;
    while (world.ec2.index(REGION).count(['running']) > 0) {
      const { Reservations = [] } = world.call<{ Reservations?: Reservation[] }>('DescribeInstances', {
        Filters,
        MaxResults: 1000,
      });
      const InstanceIds = Reservations.flatMap(({ Instances = [] }) =>
        Instances.map((one) => one.InstanceId),
      );
      world.call('StopInstances', { InstanceIds });
      stopped += InstanceIds.length;
    }
    expect(stopped).toBe(100_000);
    world.wait(MINUTE);
    expect(world.ec2.index(REGION).count(['stopped'])).toBe(100_000);
    expect(process.cpuUsage().user - started).toBeLessThan(20_000_000);
  });
});

describe('spot requests', () => {
  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-relaunches', () => {
    const world = spot('persistent', 20);
    for (let round = 0; round < 3; round++) {
      const alive = idsOf(world.alive());
      expect(alive).toHaveLength(20);
      world.call('TerminateInstances', { InstanceIds: alive });
      expect(world.alive()).toEqual([]);
      world.wait(2 * MINUTE);
      expect(world.requests.every(({ state }) => state === 'active')).toBe(true);
    }
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-one-time', () => {
    const world = spot('one-time');
    expect(world.request.state).toBe('active');
    world.ec2.terminate(idsOf(world.alive()));
    world.wait(HOUR);
    expect(world.request.state).toBe('closed');
    expect(world.alive()).toEqual([]);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-stop', () => {
    const world = spot('persistent');
    const InstanceIds = idsOf(world.alive());
    world.call('StopInstances', { InstanceIds });
    world.wait(HOUR);
    expect(world.request.state).toBe('disabled');
    expect(world.alive()).toEqual([]);
    world.call('StartInstances', { InstanceIds });
    expect(world.request.state).toBe('active');
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancel-running', () => {
    const world = spot('persistent');
    world.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [world.request.id] });
    world.wait(MINUTE);
    expect(world.states()).toEqual(['running']);
    world.ec2.terminate(idsOf(world.alive()));
    world.wait(HOUR / 2);
    expect(world.alive()).toEqual([]);
    expect(world.request.state).toBe('cancelled');
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancel-open', () => {
    const world = ec2Setup();
    const { SpotInstanceRequests = [] } = world.call<RequestSpotInstancesResult>('RequestSpotInstances', {
      InstanceCount: 2,
      Type: 'persistent',
      LaunchSpecification: { ImageId: imageIn(world), InstanceType: 'g4dn.xlarge' },
    });
    expect(SpotInstanceRequests.map(({ State }) => State)).toEqual(['open', 'open']);
    const ids = SpotInstanceRequests.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId);
    world.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: ids });
    world.wait(HOUR);
    expect(world.states()).toEqual([]);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancel-stopped', () => {
    const world = spot('persistent');
    world.ec2.stop(idsOf(world.alive()));
    world.wait(MINUTE);
    world.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [world.request.id] });
    world.wait(MINUTE);
    expect(world.states()).toEqual(['terminated']);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancelled-unstoppable', () => {
    const world = spot('persistent');
    world.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [world.request.id] });
    expect(world.refusal('StopInstances', { InstanceIds: idsOf(world.alive()) })).toBe(
      'IncorrectSpotRequestState',
    );
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-unknown', () => {
    const world = spot('persistent');
    const SpotInstanceRequestIds = [world.request.id, 'sir-unknown0'];
    expect(world.refusal('CancelSpotInstanceRequests', { SpotInstanceRequestIds })).toBe(
      'InvalidSpotInstanceRequestID.NotFound',
    );
    expect(world.request.state).toBe('active');
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 5, max: 30 }), (count, MaxResults) => {
        const world = ec2Setup();
        const order = { type: 'g4dn.xlarge', count, persistence: 'persistent', launchedBy: 'owner' } as const;
        const requests = world.ec2.requestSpot(REGION, order);
        const found: string[] = [];
        let NextToken: string | undefined;
        do {
          const input = { Filters: [{ Name: 'state', Values: ['open'] }], MaxResults, NextToken };
          const page = world.call<DescribeSpotInstanceRequestsResult>('DescribeSpotInstanceRequests', input);
          found.push(...(page.SpotInstanceRequests ?? []).map((each) => each.SpotInstanceRequestId ?? ''));
          NextToken = page.NextToken;
        } while (NextToken !== undefined);
        expect(found).toEqual(idsOf(requests));
      }),
      { numRuns: 30 },
    );
  });

  it('is planted by RunInstances too', () => {
    const world = ec2Setup();
    world.call('RunInstances', {
      ImageId: imageIn(world),
      InstanceType: 'g4dn.xlarge',
      MinCount: 2,
      MaxCount: 2,
      InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'persistent' } },
    });
    expect([...world.ec2.spot.in(REGION)].map(({ state }) => state)).toEqual(['active', 'active']);
    expect(world.alive().every(({ lifecycle }) => lifecycle === 'spot')).toBe(true);
  });
});
