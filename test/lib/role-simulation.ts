import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { TemplateJson } from './synthesis.ts';

/** An IAM request, as IAM sees it: `ec2:StopInstances`, not the API operation. */
export interface IamRequest {
  readonly action: string;
  /** An ARN, or `*` for actions that take none. */
  readonly resource: string;
  /** Condition keys of the request. */
  readonly context?: Readonly<Record<string, string>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Where the template would be deployed: its references become ARNs of that account and region. */
export interface Deployment {
  readonly account: string;
  readonly region: string;
}

export type Verdict = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied';

/**
 * What IAM would decide about a request of the role that has these policies, without any other policy in play.
 * @throws Error when the request itself is malformed, e.g. for an action that does not exist.
 */
export async function simulate(
  policies: readonly PolicyDocument[],
  request: IamRequest,
  { account }: Deployment,
): Promise<Verdict> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:role/killswitch`,
        action: request.action,
        resource: { resource: request.resource, accountId: account },
        contextVariables: { ...request.context },
      },
      identityPolicies: policies.map((policy, i) => ({ name: `policy${i}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error')
    throw new Error(`${request.action} on ${request.resource}: ${JSON.stringify(result.errors)}`);
  return result.overallResult;
}

export async function isAllowed(
  policies: readonly PolicyDocument[],
  request: IamRequest,
  deployment: Deployment,
): Promise<boolean> {
  return (await simulate(policies, request, deployment)) === 'Allowed';
}

/** The policies of the only role that Lambda may take, with references resolved to the ARNs they would have. */
export function rolePolicies(template: TemplateJson, deployment: Deployment): PolicyDocument[] {
  const roles = Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::IAM::Role' &&
      JSON.stringify(Properties?.['AssumeRolePolicyDocument']).includes('"lambda.amazonaws.com"'),
  );
  if (roles.length !== 1)
    throw new Error(`expected one role for Lambda in the template, found ${roles.length}`);
  const policies = roles[0]?.Properties?.['Policies'] as { PolicyDocument: unknown }[];
  return policies.map(
    ({ PolicyDocument: document }) => resolved(document, template, deployment) as PolicyDocument,
  );
}

/** Replaces CloudFormation's references by what they would be in that deployment. */
export function resolved(value: unknown, template: TemplateJson, deployment: Deployment): unknown {
  if (Array.isArray(value)) return value.map((item) => resolved(item, template, deployment));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name === 'Ref') return reference(String(argument), template, deployment);
  if (entries.length === 1 && name === 'Fn::GetAtt')
    return reference((argument as string[])[0] ?? '', template, deployment);
  if (entries.length === 1 && name === 'Fn::Join') {
    const [separator, parts] = resolved(argument, template, deployment) as [string, string[]];
    return parts.join(separator);
  }
  if (name?.startsWith('Fn::')) throw new Error(`${name} is not resolved here`);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolved(item, template, deployment)]));
}

function reference(id: string, { Resources }: TemplateJson, { account, region }: Deployment): string {
  if (id === 'AWS::AccountId') return account;
  const type = Resources[id]?.Type;
  if (type === 'AWS::SNS::Topic') return `arn:aws:sns:${region}:${account}:${id}`;
  if (type === 'AWS::SQS::Queue') return `arn:aws:sqs:${region}:${account}:${id}`;
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${id.toLowerCase()}`;
  if (type === 'AWS::Logs::LogGroup') return `arn:aws:logs:${region}:${account}:log-group:${id}:*`;
  throw new Error(`the reference to ${id} (${type}) is not resolved here`);
}
