/** Something in or about the account that may speak of an intruder sooner than money does. */
export type Signal = ExposedKey | Threat | CostAnomaly | Activity;

interface Common {
  /** The event's own id: tells a repeated delivery from a new one. */
  readonly id: string;
  /** When it happened, ISO 8601. */
  readonly at: string;
  /** Where it happened: a region, or `global`. */
  readonly region: string;
  /** One sentence for people: what was seen, by whom. */
  readonly text: string;
}

/** AWS itself reports that an access key is public, or has quarantined its user. Never spared by an allowlist. */
export interface ExposedKey extends Common {
  readonly kind: 'exposed-key';
  readonly accessKeyIds: readonly string[];
  /** IAM user names, where AWS names them. */
  readonly users: readonly string[];
}

/** A GuardDuty finding of mining or of stolen credentials. */
export interface Threat extends Common {
  readonly kind: 'threat';
  readonly type: string;
  readonly severity: number;
}

/** Cost Anomaly Detection has seen an anomaly; US dollars. */
export interface CostAnomaly extends Common {
  readonly kind: 'cost-anomaly';
  readonly impactUsd: number;
}

/** An act that intruders begin with, by somebody who is not on the allowlist; from CloudTrail. */
export interface Activity extends Common {
  readonly kind: 'activity';
  /** As CloudTrail names it: `CreateAccessKey`. */
  readonly eventName: string;
  /** ARN of who did it. */
  readonly principal: string;
}
