/** An event in or about the account that may show an intruder sooner than the costs do. */
export type Signal = ExposedKey | Threat | CostAnomaly | Activity;

interface Common {
  /** The event's own id: a repeated delivery has the same. */
  readonly id: string;
  /** When it happened, ISO 8601. */
  readonly at: string;
  /** Where it happened: a region, or `global`. */
  readonly region: string;
  /** One sentence for people: what was seen, and who reports it. */
  readonly text: string;
}

/** AWS reports an access key as public, or has quarantined its user. The allowlist does not protect it. */
export interface ExposedKey extends Common {
  readonly kind: 'exposed-key';
  readonly accessKeyIds: readonly string[];
  /** IAM user names, if AWS gives them. */
  readonly users: readonly string[];
  /** Seen in IAM's own list of users, and not told by an event. */
  readonly isQuarantine?: true;
}

/** A GuardDuty finding of mining or of stolen credentials. */
export interface Threat extends Common {
  readonly kind: 'threat';
  readonly type: string;
  readonly severity: number;
}

/** An anomaly that Cost Anomaly Detection reports; US dollars. */
export interface CostAnomaly extends Common {
  readonly kind: 'cost-anomaly';
  readonly impactUsd: number;
}

/** A typical first call of intruders, by a caller who is not on the allowlist; from CloudTrail. */
export interface Activity extends Common {
  readonly kind: 'activity';
  /** As CloudTrail names it: `CreateAccessKey`. */
  readonly eventName: string;
  /** The caller's ARN. */
  readonly principal: string;
}
