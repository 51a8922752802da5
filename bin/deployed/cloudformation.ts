import type { Stack } from '@aws-sdk/client-cloudformation';
import type { Clients } from '../../lambda/shell/calls/clients.ts';

/** Loaded when it is first needed: a fire from here needs nothing of it. */
const load = () => import('@aws-sdk/client-cloudformation');

/**
 * A stack as CloudFormation knows it; undefined where there is none of that name.
 * @param nameOrId its ARN also finds a stack that was deleted
 * @throws the error of CloudFormation when it cannot be read.
 */
export async function describeStack(
  clients: Clients,
  nameOrId: string,
  region: string,
): Promise<Stack | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await load();
  const query = new DescribeStacksCommand({ StackName: nameOrId });
  const { Stacks: [found] = [] } = await clients
    .of(CloudFormationClient, region)
    .send(query, clients.options)
    .catch((thrown: Error) => {
      // For a valid name it has this one meaning.
      if (thrown.name === 'ValidationError') return { Stacks: [] };
      throw thrown;
    });
  return found;
}

/** A resource that a stack created, by its type and its physical id. */
export interface Created {
  readonly type: string;
  readonly id: string;
}

/**
 * What a stack created and has not deleted, by CloudFormation's own record, which only a deployment changes.
 * @throws the error of CloudFormation when it cannot be read.
 */
export async function createdResources(
  clients: Clients,
  nameOrId: string,
  region: string,
): Promise<Created[]> {
  const { CloudFormationClient, paginateListStackResources } = await load();
  const client = clients.of(CloudFormationClient, region);
  const created: Created[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: nameOrId },
    clients.options,
  ))
    for (const { ResourceType = '', PhysicalResourceId, ResourceStatus } of StackResourceSummaries)
      if (PhysicalResourceId && ResourceStatus !== 'DELETE_COMPLETE')
        created.push({ type: ResourceType, id: PhysicalResourceId });
  return created;
}
