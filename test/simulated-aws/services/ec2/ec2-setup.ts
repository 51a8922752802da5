import { Ledger } from '../../../../simulated-aws/core/ledger.ts';
import { Random } from '../../../../simulated-aws/core/random.ts';
import { Regions } from '../../../../simulated-aws/core/regions.ts';
import { type CallContext, type Operations, ServiceError } from '../../../../simulated-aws/core/service.ts';
import { AutoScaling } from '../../../../simulated-aws/services/auto-scaling/auto-scaling.ts';
import { autoScalingOperations } from '../../../../simulated-aws/services/auto-scaling/operations.ts';
import { Ec2 } from '../../../../simulated-aws/services/ec2/ec2.ts';
import type { InstanceState } from '../../../../simulated-aws/services/ec2/instance.ts';
import type { InstancesOptions } from '../../../../simulated-aws/services/ec2/instances.ts';
import { ec2Operations } from '../../../../simulated-aws/services/ec2/operations.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';

export const REGION = 'us-east-1';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const STARTS_AT = Date.UTC(2026, 0, 31, 12);

/** EC2 and Auto Scaling with a timeline of their own, and their operations by name, called as the owner. */
export function ec2Setup(options: InstancesOptions & { seed?: number } = {}) {
  const timeline = new Timeline(STARTS_AT);
  const random = new Random(options.seed ?? 1);
  const ledger = new Ledger(timeline);
  const regions = new Regions(['af-south-1']);
  const context = { timeline, random, ledger, regions, accountId: '111122223333' };
  const ec2 = new Ec2(context, options);
  const autoScaling = new AutoScaling(context, ec2);
  const operations: Operations = { ...ec2Operations(ec2), ...autoScalingOperations(autoScaling) };

  const call = <Output>(operation: string, input: object, region = REGION): Output => {
    const principal = {
      kind: 'user',
      name: 'owner',
      arn: 'arn:aws:iam::111122223333:user/owner',
      accessKeyId: 'AKIA',
    } as const;
    const callContext: CallContext = { region, principal, now: timeline.now() };
    return operations[operation]?.(input as never, callContext) as Output;
  };

  return {
    ...context,
    ec2,
    autoScaling,
    call,
    /** The code of the error that the call ends with; undefined when it succeeds. */
    refusal(operation: string, input: object, region = REGION): string | undefined {
      try {
        call(operation, input, region);
        return undefined;
      } catch (error) {
        if (error instanceof ServiceError) return error.code;
        throw error;
      }
    },
    wait: (milliseconds: number) => timeline.advanceTo(timeline.now() + milliseconds),
    /** Instances that run by now. */
    running(count: number, more: Partial<Parameters<Ec2['launch']>[1]> = {}, region = REGION) {
      const launched = ec2.launch(region, { type: 't3.micro', count, launchedBy: 'owner', ...more });
      timeline.advanceTo(timeline.now() + MINUTE);
      return launched;
    },
    states: (region = REGION): InstanceState[] => [...ec2.instances(region)].map(({ state }) => state),
    alive: (region = REGION) =>
      [...ec2.instances(region)].filter(({ state }) => state === 'pending' || state === 'running'),
  };
}

export const idsOf = (items: Iterable<{ readonly id: string }>) => [...items].map(({ id }) => id);
