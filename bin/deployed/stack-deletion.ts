import { errorFacts } from '../../lambda/core/model.ts';
import type { Clients } from '../../lambda/shell/calls/clients.ts';
import { describeStack } from './cloudformation.ts';
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
  timeoutSeconds: number,
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
  } catch (thrown) {
    return { stack, error: errorFacts(thrown).error };
  }
  return cloudFormation
    .waitUntilStackDeleteComplete(
      { client, maxWaitTime: timeoutSeconds, abortSignal: clients.deadline, ...ASK_AFTER_S },
      { StackName },
    )
    .then(
      () => ({ stack }),
      async () => ({ stack, error: await stateOf(clients, stack) }),
    );
}

/** Why a stack is not gone, by CloudFormation's own word. The waiter's error is only its last answer as JSON. */
async function stateOf(clients: Clients, { id, region }: OwnStack): Promise<string> {
  try {
    const found = await describeStack(clients, id, region);
    if (!found) return 'whether it is gone is not known: CloudFormation has no such stack any more';
    const { StackStatus: state, StackStatusReason: reason = 'CloudFormation gives no reason' } = found;
    return state === 'DELETE_IN_PROGRESS'
      ? 'it is not gone yet, and CloudFormation goes on'
      : `it is ${state}: ${reason}`;
  } catch (thrown) {
    return `whether it is gone is not known: ${errorFacts(thrown).error}`;
  }
}
