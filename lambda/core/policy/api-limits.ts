/** The token bucket (of one service and region) that a call draws on, and how much it draws. */
export interface Draw {
  readonly bucket: string;
  /** Tokens. */
  readonly cost: number;
  /** Tokens a second, as AWS documents it; undefined where AWS publishes no figure. */
  readonly refill?: number;
  /** Tokens that a full bucket holds, as AWS documents it. */
  readonly capacity?: number;
  /** Passes other calls that wait for the same bucket. */
  readonly urgent: boolean;
}

/** How often a service may be called per account and region, as AWS documents it. */
export interface ServiceLimits {
  /** As the AWS SDK names the service in its clients' configuration: `EC2`, `Auto Scaling`. */
  readonly service: string;
  /** A first guess: the pacer learns the real figures. Undefined for a call without a documented limit. */
  draw(operation: string, input: unknown): Draw | undefined;
}

/** Whether an API operation only reads, judged by AWS's naming. */
export const isRead = (operation: string): boolean => /^(Describe|Get|List|Search|Head)/.test(operation);

/** For services without published figures. All services limit reads and changes separately. */
export const undocumented = (operation: string): Draw => ({
  bucket: isRead(operation) ? 'reads' : 'changes',
  cost: 1,
  urgent: false,
});
