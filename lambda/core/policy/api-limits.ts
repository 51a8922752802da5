/** What one call draws, and from which of a service's and region's token buckets. */
export interface Draw {
  readonly bucket: string;
  /** Tokens. */
  readonly cost: number;
  /** Tokens a second that AWS documents; undefined where it publishes none. */
  readonly refill?: number;
  /** Tokens that a full bucket holds, as AWS documents it. */
  readonly capacity?: number;
  /** Goes before others that wait for the same bucket. */
  readonly urgent: boolean;
}

/** What AWS documents of how often a service may be called, per account and region. */
export interface ServiceLimits {
  /** As the AWS SDK names the service in its clients' configuration: `EC2`, `Auto Scaling`. */
  readonly service: string;
  /** The figures are a first guess: the pacer learns the real ones. Undefined for a call without a documented limit. */
  draw(operation: string, input: unknown): Draw | undefined;
}

/** Whether an API operation only reads, by AWS's naming. */
export const isRead = (operation: string): boolean => /^(Describe|Get|List|Search|Head)/.test(operation);

/** Most services publish no figures; that reads and changes are told apart is what all do. */
export const undocumented = (operation: string): Draw => ({
  bucket: isRead(operation) ? 'reads' : 'changes',
  cost: 1,
  urgent: false,
});
