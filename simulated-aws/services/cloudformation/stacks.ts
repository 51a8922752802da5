import type * as api from '@aws-sdk/client-cloudformation';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';

export interface SimulatedStack {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly status: api.StackStatus;
  readonly outputs: Readonly<Record<string, string>>;
}

/** The stacks of an account, as a deployment leaves them. */
export class Stacks {
  readonly #stacks = new Map<string, SimulatedStack>();

  constructor(readonly context: Pick<ServiceContext, 'timeline' | 'random' | 'accountId'>) {}

  /** Adds a stack, or replaces the one of the same name in the region. */
  add(
    stack: Pick<SimulatedStack, 'name' | 'region' | 'outputs'> & { readonly status?: api.StackStatus },
  ): SimulatedStack {
    const { timeline, random, accountId } = this.context;
    const { name, region, outputs, status = 'CREATE_COMPLETE' } = stack;
    const id = `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${random.uuid()}`;
    const added = { id, name, region, outputs, status, createdAt: timeline.now() };
    this.#stacks.set(`${region}/${name}`, added);
    return added;
  }

  in(region: string): SimulatedStack[] {
    return [...this.#stacks.values()].filter((stack) => stack.region === region);
  }
}

/** The part of CloudFormation's API that reads stacks. */
export function stackOperations(stacks: Stacks): Operations {
  return {
    DescribeStacks(
      { StackName }: api.DescribeStacksInput,
      { region }: CallContext,
    ): api.DescribeStacksOutput {
      const found = stacks.in(region).filter(({ name, id }) => !StackName || [name, id].includes(StackName));
      if (StackName && found.length === 0)
        throw new ServiceError('ValidationError', `Stack with id ${StackName} does not exist`);
      return {
        Stacks: found.map(({ id, name, createdAt, status, outputs }) => ({
          StackId: id,
          StackName: name,
          CreationTime: new Date(createdAt),
          StackStatus: status,
          Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        })),
      };
    },
  };
}
