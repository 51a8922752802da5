import { ServiceError } from '../../core/service.ts';

/** Who may invoke a function: one statement of its resource policy. */
export interface InvokePermission {
  readonly statementId: string;
  /** A service: `events.amazonaws.com`. */
  readonly principal: string;
  /** The rule, the topic or the schedule for which the service calls; any when missing. */
  readonly sourceArn?: string;
}

/**
 * The resource policies of the functions of an account, by the function's name.
 * Source: Lambda developer guide, "Using resource-based policies for Lambda".
 */
export class ResourcePolicies {
  readonly #byFunction = new Map<string, InvokePermission[]>();

  /** @throws ServiceError ResourceConflictException for a statement id that exists. */
  add(functionName: string, permission: InvokePermission): void {
    const name = nameIn(functionName);
    const present = this.#byFunction.get(name) ?? [];
    if (present.some(({ statementId }) => statementId === permission.statementId))
      throw new ServiceError(
        'ResourceConflictException',
        `The statement id (${permission.statementId}) provided already exists.`,
        409,
      );
    this.#byFunction.set(name, [...present, permission]);
  }

  /** @throws ServiceError ResourceNotFoundException for a statement id that does not exist. */
  remove(functionName: string, statementId: string): void {
    const present = this.of(functionName);
    const left = present.filter((one) => one.statementId !== statementId);
    if (left.length === present.length)
      throw new ServiceError(
        'ResourceNotFoundException',
        `Statement ${statementId} is not found in resource policy.`,
        404,
      );
    this.#byFunction.set(nameIn(functionName), left);
  }

  /** Deletes the policy of a function that is gone. */
  forget(functionName: string): void {
    this.#byFunction.delete(nameIn(functionName));
  }

  of(functionName: string): readonly InvokePermission[] {
    return this.#byFunction.get(nameIn(functionName)) ?? [];
  }

  allows(functionName: string, principal: string, sourceArn: string): boolean {
    return this.of(functionName).some(
      (one) => one.principal === principal && (one.sourceArn ?? sourceArn) === sourceArn,
    );
  }
}

/** A function's name from its name, ARN or partial ARN, with or without a qualifier. */
export const nameIn = (nameOrArn: string): string =>
  (nameOrArn.split(':function:').at(-1) ?? nameOrArn).split(':')[0] ?? nameOrArn;
