import type {
  CreateLaunchTemplateResult,
  DescribeSpotInstanceRequestsResult,
  RegisterImageResult,
  RequestSpotInstancesResult,
  Reservation,
} from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { usdPerHour } from '../../../../simulated-aws/core/prices.ts';
import type { InstanceIndex } from '../../../../simulated-aws/services/ec2/instance-index.ts';
import { EC2_LAUNCH_BEHAVIOURS } from '../../../../simulated-aws/services/ec2/launch-behaviours.ts';
import type { Persistence } from '../../../../simulated-aws/services/ec2/spot-requests.ts';
import { behaviour } from '../../behaviour-test.ts';
import { UNLESS_HANGING } from '../../hanging.ts';
import { ec2Setup, HOUR, idsOf, MINUTE, REGION } from './ec2-setup.ts';

type Setup = ReturnType<typeof ec2Setup>;

/** Counts how many instances are read from an index, from now on. */
function countReads(index: InstanceIndex): { readonly count: number } {
  const reads = { count: 0 };
  const after = index.after.bind(index);
  index.after = function* (sequence) {
    for (const instance of after(sequence)) {
      reads.count += 1;
      yield instance;
    }
  };
  return reads;
}

const imageIn = (setup: Setup) => setup.call<RegisterImageResult>('RegisterImage', { Name: 'image' }).ImageId;

function spot(persistence: Persistence, count = 1) {
  const setup = ec2Setup();
  const order = { type: 'g4dn.xlarge', count, persistence, launchedBy: 'intruder' };
  const requests = setup.ec2.requestSpot(REGION, order);
  setup.wait(MINUTE);
  return { ...setup, requests, request: requests[0] as (typeof requests)[0] };
}

describe('launching EC2 instances', () => {
  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-instances', () => {
    const setup = ec2Setup();
    const { Instances = [] } = setup.call<Reservation>('RunInstances', {
      ImageId: imageIn(setup),
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
    const launched = setup.ec2.instance(Instances[0]?.InstanceId ?? '');
    expect([launched?.disableApiTermination, launched?.launchedBy]).toEqual([true, 'owner']);
    setup.wait(MINUTE);
    expect(setup.states()).toEqual(['running', 'running', 'running']);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-client-token', () => {
    const setup = ec2Setup();
    const input = {
      ImageId: imageIn(setup),
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ClientToken: 'once',
    };
    const ids = [1, 2].map(() => setup.call<Reservation>('RunInstances', input).Instances?.[0]?.InstanceId);
    expect(ids[0]).toBe(ids[1]);
    expect(setup.states()).toHaveLength(1);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-template', () => {
    const setup = ec2Setup();
    const LaunchTemplateData = { ImageId: imageIn(setup), InstanceType: 'c5.large', DisableApiStop: true };
    const { LaunchTemplate } = setup.call<CreateLaunchTemplateResult>('CreateLaunchTemplate', {
      LaunchTemplateName: 'template',
      LaunchTemplateData,
    });
    for (const named of [
      { LaunchTemplateName: 'template' },
      { LaunchTemplateId: LaunchTemplate?.LaunchTemplateId },
    ])
      setup.call('RunInstances', { LaunchTemplate: named, MinCount: 1, MaxCount: 1 });
    const launched = [...setup.ec2.instances(REGION)];
    expect(launched.map(({ type, disableApiStop }) => [type, disableApiStop])).toEqual([
      ['c5.large', true],
      ['c5.large', true],
    ]);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-run-unknown', () => {
    const setup = ec2Setup();
    const count = { MinCount: 1, MaxCount: 1 };
    expect(setup.refusal('RunInstances', { ...count, ImageId: 'ami-1' })).toBe('InvalidAMIID.NotFound');
    expect(setup.refusal('RunInstances', { ...count, LaunchTemplate: { LaunchTemplateName: 'none' } })).toBe(
      'InvalidLaunchTemplateName.NotFoundException',
    );
    const template = { LaunchTemplateName: 'taken', LaunchTemplateData: {} };
    expect(setup.refusal('CreateLaunchTemplate', template)).toBeUndefined();
    expect(setup.refusal('CreateLaunchTemplate', template)).toBe(
      'InvalidLaunchTemplateName.AlreadyExistsException',
    );
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-bill-running', () => {
    const setup = ec2Setup();
    const price = usdPerHour('p3.8xlarge', REGION, 'on-demand');
    const launch = { type: 'p3.8xlarge', count: 2, launchedBy: 'intruder' };
    const [one, other] = idsOf(setup.ec2.launch(REGION, launch)) as [string, string];
    expect(setup.ledger.usdPerHour()).toBe(0);
    setup.wait(MINUTE);
    expect(setup.ledger.usdPerHour(({ owner }) => owner === 'intruder')).toBeCloseTo(2 * price);
    setup.call('StopInstances', { InstanceIds: [one] });
    expect(setup.ledger.usdPerHour()).toBeCloseTo(price);
    setup.call('TerminateInstances', { InstanceIds: [other] });
    expect(setup.ledger.usdPerHour()).toBe(0);
    setup.wait(HOUR);
    setup.call('StartInstances', { InstanceIds: [one] });
    setup.wait(MINUTE);
    expect(setup.ledger.usdPerHour()).toBeCloseTo(price);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-bill-covered', () => {
    const setup = ec2Setup();
    const launch = { type: 'm5.large', count: 2, launchedBy: 'owner' };
    const [free] = idsOf(setup.ec2.launch(REGION, { ...launch, billedUsdPerHour: 0 }));
    setup.ec2.launch(REGION, { ...launch, billedUsdPerHour: 0.06 });
    setup.wait(MINUTE);
    expect(setup.ledger.usdPerHour()).toBeCloseTo(2 * 0.06);
    // EC2 shows it like any other.
    const { Reservations } = setup.call<{ Reservations: Reservation[] }>('DescribeInstances', {});
    expect(Reservations).toHaveLength(2);
    setup.call('StopInstances', { InstanceIds: [free] });
    expect(setup.ledger.usdPerHour()).toBeCloseTo(2 * 0.06);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-bill-no-minimum', () => {
    const setup = ec2Setup();
    const [instance] = setup.ec2.launch(REGION, { type: 'm5.large', count: 1, launchedBy: 'owner' });
    while (instance?.state === 'pending') setup.wait(1);
    setup.wait(10_000);
    setup.ec2.terminate(instance?.id ?? '');
    setup.wait(HOUR);
    expect(setup.ledger.usd()).toBeCloseTo((usdPerHour('m5.large', REGION, 'on-demand') * 10) / 3_600, 8);
  });

  it('refuses a type without a known price, and launches nothing', () => {
    const setup = ec2Setup();
    const launch = () => setup.ec2.launch(REGION, { type: 'z9.huge', count: 1, launchedBy: 'owner' });
    expect(launch).toThrow('z9.huge');
    expect(setup.states()).toEqual([]);
  });

  it('handles ten thousand instances in one region with few events and few reads', UNLESS_HANGING, () => {
    const setup = ec2Setup();
    const index = setup.ec2.index(REGION);
    const [events, reads] = [vi.spyOn(setup.timeline, 'at'), countReads(index)];
    setup.running(10_000);
    const Filters = [{ Name: 'instance-state-name', Values: ['running'] }];
    let stopped = 0;
    while (index.count(['running']) > 0) {
      const { Reservations = [] } = setup.call<{ Reservations?: Reservation[] }>('DescribeInstances', {
        Filters,
        MaxResults: 1000,
      });
      const InstanceIds = Reservations.flatMap(({ Instances = [] }) =>
        Instances.map((one) => one.InstanceId),
      );
      setup.call('StopInstances', { InstanceIds });
      stopped += InstanceIds.length;
    }
    expect(stopped).toBe(10_000);
    setup.wait(MINUTE);
    expect(index.count(['stopped'])).toBe(10_000);
    // Ten calls, and eight lots for each, and for the launch.
    expect(events.mock.calls.length).toBeLessThan(100);
    // Each of the ten calls begins at the first instance, and reads those that were stopped before.
    expect(reads.count).toBeLessThan(10 * 10_000);
  });
});

describe('spot requests', () => {
  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-relaunches', () => {
    const setup = spot('persistent', 20);
    for (let round = 0; round < 3; round++) {
      const alive = idsOf(setup.alive());
      expect(alive).toHaveLength(20);
      setup.call('TerminateInstances', { InstanceIds: alive });
      expect(setup.alive()).toEqual([]);
      setup.wait(2 * MINUTE);
      expect(setup.requests.every(({ state }) => state === 'active')).toBe(true);
    }
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-one-time', () => {
    const setup = spot('one-time');
    expect(setup.request.state).toBe('active');
    setup.ec2.terminate(idsOf(setup.alive()));
    setup.wait(HOUR);
    expect(setup.request.state).toBe('closed');
    expect(setup.alive()).toEqual([]);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-stop', () => {
    const setup = spot('persistent');
    const InstanceIds = idsOf(setup.alive());
    setup.call('StopInstances', { InstanceIds });
    setup.wait(HOUR);
    expect(setup.request.state).toBe('disabled');
    expect(setup.alive()).toEqual([]);
    setup.call('StartInstances', { InstanceIds });
    expect(setup.request.state).toBe('active');
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancel-running', () => {
    const setup = spot('persistent');
    setup.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [setup.request.id] });
    setup.wait(MINUTE);
    expect(setup.states()).toEqual(['running']);
    setup.ec2.terminate(idsOf(setup.alive()));
    setup.wait(HOUR / 2);
    expect(setup.alive()).toEqual([]);
    expect(setup.request.state).toBe('cancelled');
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancel-open', () => {
    const setup = ec2Setup();
    const { SpotInstanceRequests = [] } = setup.call<RequestSpotInstancesResult>('RequestSpotInstances', {
      InstanceCount: 2,
      Type: 'persistent',
      LaunchSpecification: { ImageId: imageIn(setup), InstanceType: 'g4dn.xlarge' },
    });
    expect(SpotInstanceRequests.map(({ State }) => State)).toEqual(['open', 'open']);
    const ids = SpotInstanceRequests.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId);
    setup.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: ids });
    setup.wait(HOUR);
    expect(setup.states()).toEqual([]);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancel-stopped', () => {
    const setup = spot('persistent');
    setup.ec2.stop(idsOf(setup.alive()));
    setup.wait(MINUTE);
    setup.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [setup.request.id] });
    setup.wait(MINUTE);
    expect(setup.states()).toEqual(['terminated']);
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-cancelled-unstoppable', () => {
    const setup = spot('persistent');
    setup.call('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [setup.request.id] });
    expect(setup.refusal('StopInstances', { InstanceIds: idsOf(setup.alive()) })).toBe(
      'IncorrectSpotRequestState',
    );
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-unknown', () => {
    const setup = spot('persistent');
    const SpotInstanceRequestIds = [setup.request.id, 'sir-unknown0'];
    expect(setup.refusal('CancelSpotInstanceRequests', { SpotInstanceRequestIds })).toBe(
      'InvalidSpotInstanceRequestID.NotFound',
    );
    expect(setup.request.state).toBe('active');
  });

  behaviour(EC2_LAUNCH_BEHAVIOURS, 'ec2-spot-pages', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 5, max: 30 }), (count, MaxResults) => {
        const setup = ec2Setup();
        const order = { type: 'g4dn.xlarge', count, persistence: 'persistent', launchedBy: 'owner' } as const;
        const requests = setup.ec2.requestSpot(REGION, order);
        const found: string[] = [];
        let NextToken: string | undefined;
        do {
          const input = { Filters: [{ Name: 'state', Values: ['open'] }], MaxResults, NextToken };
          const page = setup.call<DescribeSpotInstanceRequestsResult>('DescribeSpotInstanceRequests', input);
          found.push(...(page.SpotInstanceRequests ?? []).map((each) => each.SpotInstanceRequestId ?? ''));
          NextToken = page.NextToken;
        } while (NextToken !== undefined);
        expect(found).toEqual(idsOf(requests));
      }),
      { numRuns: 30 },
    );
  });

  it('is planted by RunInstances too', () => {
    const setup = ec2Setup();
    setup.call('RunInstances', {
      ImageId: imageIn(setup),
      InstanceType: 'g4dn.xlarge',
      MinCount: 2,
      MaxCount: 2,
      InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { SpotInstanceType: 'persistent' } },
    });
    expect([...setup.ec2.spot.in(REGION)].map(({ state }) => state)).toEqual(['active', 'active']);
    expect(setup.alive().every(({ lifecycle }) => lifecycle === 'spot')).toBe(true);
  });
});
