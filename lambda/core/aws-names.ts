const AWS_POLICY = 'arn:aws:iam::aws:policy/';

/** AWS's own managed policy that denies everything: whoever is denied by it cannot take it off. */
export const DENY_ALL = `${AWS_POLICY}AWSDenyAll`;

/** Names of the managed policies that let their holder do everything, or grant everything to themselves. */
export const POWERFUL_NAMES: readonly string[] = ['AdministratorAccess', 'IAMFullAccess', 'PowerUserAccess'];
/** The same by ARN. */
export const POWERFUL: readonly string[] = POWERFUL_NAMES.map((name) => `${AWS_POLICY}${name}`);

/** How the policies begin that AWS attaches to users whose key is public: this one, V2 and V3. */
export const QUARANTINE = `${AWS_POLICY}AWSCompromisedKeyQuarantine`;

/** The name of a policy that AWS manages, from its ARN. */
export const awsPolicyName = (arn: string): string => arn.slice(AWS_POLICY.length);

/** What, set to true, keeps an instance from being stopped or terminated, as EC2's API and CloudTrail name it. */
export const PROTECTIONS = ['disableApiStop', 'disableApiTermination'] as const;
/** The same as policies name it, in the condition key `ec2:Attribute`. */
export const PROTECTION_ATTRIBUTES = ['DisableApiStop', 'DisableApiTermination'] as const;
