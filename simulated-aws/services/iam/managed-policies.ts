import { ServiceError } from '../../core/service.ts';

/** AWS's own policy that denies every action on every resource. Source: AWS Managed Policy Reference, AWSDenyAll. */
export const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';

/** AWS-managed policies that can be attached here. Source: AWS Managed Policy Reference. */
const AWS_MANAGED = new Set(
  [
    'AWSDenyAll',
    'AdministratorAccess',
    'PowerUserAccess',
    'ReadOnlyAccess',
    'SecurityAudit',
    'IAMFullAccess',
    'IAMReadOnlyAccess',
    'IAMUserChangePassword',
    'AmazonEC2FullAccess',
    'AmazonEC2ReadOnlyAccess',
    'AmazonECS_FullAccess',
    'AmazonS3FullAccess',
    'AmazonS3ReadOnlyAccess',
    'AmazonSESFullAccess',
    'AmazonSNSFullAccess',
    'AmazonSQSFullAccess',
    'AmazonDynamoDBFullAccess',
    'AmazonRDSFullAccess',
    'AmazonVPCFullAccess',
    'AutoScalingFullAccess',
    'AWSLambda_FullAccess',
    'CloudWatchFullAccess',
    'CloudWatchReadOnlyAccess',
  ].map((name) => `arn:aws:iam::aws:policy/${name}`),
);
const AWS_MANAGED_ARN = /^arn:aws:iam::aws:policy\//;
/** V4 is the newest (November 2026, same source); later ones are an assumption, so that they can be tried. */
const QUARANTINE_ARN = /^arn:aws:iam::aws:policy\/AWSCompromisedKeyQuarantine(?:V\d+)?$/;

/** The managed policies of one account: AWS's and its own. */
export class ManagedPolicies {
  readonly #own = new Map<string, string>();

  constructor(readonly accountId: string) {}

  /** @returns the ARN. @throws ServiceError EntityAlreadyExists. */
  create(name: string, document: string): string {
    const arn = `arn:aws:iam::${this.accountId}:policy/${name}`;
    if (this.#own.has(arn))
      throw new ServiceError('EntityAlreadyExists', `A policy called ${name} already exists.`, 409);
    this.#own.set(arn, document);
    return arn;
  }

  own(): ReadonlyMap<string, string> {
    return this.#own;
  }

  /** @throws ServiceError NoSuchEntity for a policy that is neither AWS's nor the account's. */
  require(arn: string): void {
    const isAws = AWS_MANAGED.has(arn) || QUARANTINE_ARN.test(arn);
    if (AWS_MANAGED_ARN.test(arn) ? isAws : this.#own.has(arn)) return;
    throw new ServiceError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`, 404);
  }

  /** True when whoever has this policy, attached or as a boundary, may do nothing at all. */
  deniesEverything(arn: string): boolean {
    return arn === DENY_ALL || deniesEverything(this.#own.get(arn) ?? '{}');
  }
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** Kept, since each call of each principal needs it, and there are few documents. */
const verdicts = new Map<string, number>();

/** True for a document with an unconditional Deny of `*` on `*`. @throws SyntaxError for text that is not JSON. */
export const deniesEverything = (document: string): boolean => deniedBefore(document) === ALWAYS;

/**
 * Whether a document denies everything to somebody.
 * @param issuedAt when the temporary credentials were issued, in ms since 1970; absent for a long-term key.
 * @throws SyntaxError for text that is not JSON.
 */
export function isDeniedBy(document: string, issuedAt: number | undefined): boolean {
  const before = deniedBefore(document);
  return before === ALWAYS || (issuedAt !== undefined && issuedAt < before);
}

const ALWAYS = Number.POSITIVE_INFINITY;
const NEVER = Number.NEGATIVE_INFINITY;

/** Credentials issued before this time, in ms since 1970, are denied everything. */
function deniedBefore(document: string): number {
  const known = verdicts.get(document);
  if (known !== undefined) return known;
  const { Statement = [] } = JSON.parse(document) as { Statement?: Statement | readonly Statement[] };
  const times = [Statement].flat().map((statement: Statement) => {
    const { Effect, Action, Resource, Condition } = statement;
    const isOfAll = [Action, Resource].every((one) => [one].flat().includes('*'));
    return Effect === 'Deny' && isOfAll ? timeIn(Condition) : NEVER;
  });
  const verdict = Math.max(NEVER, ...times);
  verdicts.set(document, verdict);
  return verdict;
}

/** Of conditions, only this one is evaluated: `{ DateLessThan: { 'aws:TokenIssueTime': time } }`. */
function timeIn(condition: unknown): number {
  if (condition === undefined) return ALWAYS;
  const time = /^{"DateLessThan":{"aws:TokenIssueTime":"([^"]+)"}}$/.exec(JSON.stringify(condition))?.[1];
  return time === undefined ? NEVER : Date.parse(time);
}

/** The last part of a policy's ARN. */
export const policyName = (arn: string): string => arn.split('/').at(-1) ?? arn;
