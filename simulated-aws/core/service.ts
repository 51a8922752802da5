/** Who signed a call. */
export interface Principal {
  readonly kind: 'root' | 'user' | 'role';
  /** The user's or the role's name; `root` for root. */
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  /** Temporary credentials only: when they were issued, in ms since 1970 (`aws:TokenIssueTime`). */
  readonly issuedAt?: number;
}

/** What an operation knows of a call beside its input. */
export interface CallContext {
  readonly region: string;
  readonly principal: Principal;
  /** Virtual milliseconds since 1970 at which the call arrived. */
  readonly now: number;
  /** The AWS service that makes the call for the principal: `cloudformation.amazonaws.com`. */
  readonly invokedBy?: string;
}

/**
 * One API operation. A service performs it at one moment of virtual time. It takes and returns the SDK's own types,
 * without `$metadata`, and throws a ServiceError where AWS answers with an error.
 */
export type Operation<Input = never, Output = unknown> = (input: Input, context: CallContext) => Output;

/** Operations by their API names: `DescribeInstances`. */
export type Operations = Readonly<Record<string, Operation>>;

/** An error that the service answers with: code and HTTP status as its API reference gives them. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** The record of one API call. Times are virtual milliseconds since 1970. */
export interface RecordedCall {
  /** Order of arrival, from 1. */
  readonly sequence: number;
  /** The signing name in the credential scope: `ec2`, `iam`, `autoscaling`, `s3`. */
  readonly service: string;
  readonly region: string;
  readonly operation: string;
  readonly accessKeyId: string;
  readonly input: unknown;
  readonly startedAt: number;
  endedAt?: number;
  /** HTTP status of the answer; missing when there was none. */
  status?: number;
  /** The error code that was answered. */
  code?: string;
  /** The kind of fault that a rule injected. */
  fault?: string;
}

/** The message of the ServiceError that a call throws; undefined when it throws nothing. */
export function whyRefused(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ServiceError) return thrown.message;
    throw thrown;
  }
}
