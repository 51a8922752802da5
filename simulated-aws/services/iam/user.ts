export interface SimulatedAccessKey {
  readonly id: string;
  readonly user: string;
  readonly status: 'Active' | 'Inactive';
  /** In ms since 1970. */
  readonly createdAt: number;
}

/** An IAM user at one moment. A change makes a new object. */
export interface SimulatedUser {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  /** In ms since 1970. */
  readonly createdAt: number;
  /** Name of the principal that created the user. */
  readonly createdBy: string;
  readonly keys: readonly SimulatedAccessKey[];
  /** ARNs of managed policies, in the order in which they were attached. */
  readonly attachedPolicies: readonly string[];
  /** ARN of the permissions boundary. */
  readonly boundary?: string;
  /** Documents by policy name. */
  readonly inlinePolicies: ReadonlyMap<string, string>;
}

export interface SimulatedRole {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly createdBy: string;
  /** JSON. */
  readonly trustPolicy: string;
  readonly attachedPolicies: readonly string[];
  /** Documents by policy name. */
  readonly inlinePolicies: ReadonlyMap<string, string>;
  /** It had policies, and has none any more. */
  readonly isStripped: boolean;
}

/** When and where a key last signed a call. */
export interface KeyUse {
  readonly at: number;
  readonly service: string;
  readonly region: string;
}

export interface AccessKeyCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface TemporaryCredentials extends AccessKeyCredentials {
  readonly sessionToken: string;
  /** In ms since 1970. */
  readonly expiresAt: number;
}
