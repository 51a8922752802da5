import { type CallContext, type Operation, type Operations, ServiceError } from '../../core/service.ts';
import { accountOperations } from './account-operations.ts';
import type { Iam } from './iam.ts';
import { policyOperations } from './policy-operations.ts';
import { roleOperations } from './role-operations.ts';
import { userOperations } from './user-operations.ts';

/** IAM's API. Errors are those that the reference of each operation lists. */
export function iamOperations(iam: Iam): Operations {
  const operations: Operations = {
    ...userOperations(iam),
    ...policyOperations(iam),
    ...roleOperations(iam),
    ...accountOperations(iam),
  };
  const guarded = Object.entries(operations).map(([name, operation]) => [name, guard(iam, name, operation)]);
  return Object.fromEntries(guarded) as Operations;
}

const guard =
  (iam: Iam, name: string, operation: Operation): Operation =>
  (input: never, context: CallContext) => {
    const { arn, accessKeyId } = context.principal;
    if (!iam.mayCallIam(accessKeyId))
      throw new ServiceError('AccessDenied', `User: ${arn} is not authorized to perform: iam:${name}`, 403);
    return operation(input, context);
  };
