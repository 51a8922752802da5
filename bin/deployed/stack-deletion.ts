import { errorFacts } from '../../lambda/core/model.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import type { OwnStack } from './own-stacks.ts';

/** What became of a stack; without an error it is gone. */
export interface Deletion {
  readonly stack: OwnStack;
  readonly error?: string;
}

/** CloudFormation takes some minutes; we ask in between. */
const ASK_AFTER_S = { minDelay: 1, maxDelay: 10 };

/**
 * Lifts the protection of a stack, deletes it, and waits until it is gone. CloudFormation does it with the role that it
 * was deployed with (API_DeleteStack, RoleARN). Never rejects.
 */
export async function deleteStack(
  clients: Clients,
  stack: OwnStack,
  { timeoutSeconds }: { readonly timeoutSeconds: number },
): Promise<Deletion> {
  const cloudFormation = await import('@aws-sdk/client-cloudformation');
  const { CloudFormationClient, DeleteStackCommand, UpdateTerminationProtectionCommand } = cloudFormation;
  const client = clients.of(CloudFormationClient, stack.region);
  const StackName = stack.id;
  try {
    if (stack.isProtected)
      await client.send(
        new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
        clients.options,
      );
    await client.send(new DeleteStackCommand({ StackName }), clients.options);
    await cloudFormation.waitUntilStackDeleteComplete(
      { client, maxWaitTime: timeoutSeconds, ...ASK_AFTER_S },
      { StackName },
    );
    return { stack };
  } catch (thrown) {
    return { stack, error: (await reasonOf(clients, stack)) ?? errorFacts(thrown).error };
  }
}

/** Why CloudFormation could not delete it, by its own word; undefined when it says nothing. */
async function reasonOf(clients: Clients, { id, region }: OwnStack): Promise<string | undefined> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = clients.of(CloudFormationClient, region);
  const query = new DescribeStacksCommand({ StackName: id });
  const { Stacks: [found] = [] } = await client.send(query, clients.options).catch(() => ({ Stacks: [] })); // the first error is told
  return found?.StackStatus === 'DELETE_FAILED' ? found.StackStatusReason : undefined;
}
