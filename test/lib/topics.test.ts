import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { type PolicyDocument, resolved, type Verdict } from './role-simulation.ts';
import { ACCOUNT, REGION, resource, synthesize } from './synthesis.ts';

const deployment = { account: ACCOUNT, region: REGION };
const OTHER = '999999999999';
const admin: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};

interface Publisher {
  readonly principal: string;
  readonly context: Readonly<Record<string, string>>;
  readonly identity?: PolicyDocument;
}

const service = (name: string, account: string, sourceArn: string): Publisher => ({
  principal: name,
  context: {
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': name,
    'aws:SourceAccount': account,
    'aws:SourceArn': sourceArn,
    'aws:SecureTransport': 'true',
  },
});
const person = (account: string, secure = 'true'): Publisher => ({
  principal: `arn:aws:iam::${account}:user/somebody`,
  context: {
    'aws:PrincipalIsAWSService': 'false',
    'aws:PrincipalAccount': account,
    'aws:SecureTransport': secure,
  },
  identity: admin,
});

const budgets = (account: string): Publisher =>
  service('budgets.amazonaws.com', account, `arn:aws:budgets::${account}:budget/mine`);
/** Without the keys of a source: EventBridge user guide, "Amazon SNS permissions". */
const rule: Publisher = { principal: 'events.amazonaws.com', context: { 'aws:SecureTransport': 'true' } };
const cloudwatch = (account: string): Publisher =>
  service('cloudwatch.amazonaws.com', account, `arn:aws:cloudwatch:${REGION}:${account}:alarm:mine`);

async function publish(topic: RegExp, { principal, context, identity }: Publisher): Promise<Verdict> {
  const { json } = synthesize();
  const [topicId] = resource(json, 'AWS::SNS::Topic', topic);
  const [, { Properties }] = resource(json, 'AWS::SNS::TopicPolicy', topic);
  const result = await runSimulation(
    {
      request: {
        principal,
        action: 'sns:Publish',
        resource: { resource: `arn:aws:sns:${REGION}:${ACCOUNT}:${topicId}`, accountId: ACCOUNT },
        contextVariables: { ...context },
      },
      identityPolicies: identity ? [{ name: 'admin', policy: identity }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: resolved(Properties?.['PolicyDocument'], json, deployment),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult;
}

describe('the alarm topic', () => {
  it('accepts Budgets for this account', async () => {
    expect(await publish(/SpendAlarm/, budgets(ACCOUNT))).toBe('Allowed');
  });

  it('accepts Budgets even if a call came without the keys that only the Deny looks at', async () => {
    const { context, ...rest } = budgets(ACCOUNT);
    const { 'aws:PrincipalIsAWSService': _service, 'aws:PrincipalServiceName': _name, ...without } = context;
    expect(await publish(/SpendAlarm/, { ...rest, context: without })).toBe('Allowed');
  });

  it.each([
    ['an administrator of this account', person(ACCOUNT), 'ExplicitlyDenied'],
    ['an administrator of another account', person(OTHER), 'ExplicitlyDenied'],
    ['Budgets for another account', budgets(OTHER), 'ImplicitlyDenied'],
    ['another service for this account', cloudwatch(ACCOUNT), 'ImplicitlyDenied'],
  ])('refuses %s', async (_who, publisher, verdict) => {
    expect(await publish(/SpendAlarm/, publisher)).toBe(verdict);
  });
});

describe('the control topic', () => {
  it.each([
    ['a principal of this account that may', person(ACCOUNT), 'Allowed'],
    ['the same without TLS', person(ACCOUNT, 'false'), 'ExplicitlyDenied'],
    ['an administrator of another account', person(OTHER), 'ExplicitlyDenied'],
  ])('and %s', async (_who, publisher, verdict) => {
    expect(await publish(/Control/, publisher)).toBe(verdict);
  });
});

describe('the report topic', () => {
  it.each([
    ['alarms of this account', cloudwatch(ACCOUNT), 'Allowed'],
    ['alarms of another account', cloudwatch(OTHER), 'ImplicitlyDenied'],
    ['Budgets', budgets(ACCOUNT), 'ImplicitlyDenied'],
    ['a rule, which EventBridge does not name', rule, 'Allowed'],
    ['the same without TLS', { ...rule, context: { 'aws:SecureTransport': 'false' } }, 'ExplicitlyDenied'],
  ])('and %s', async (_who, publisher, verdict) => {
    expect(await publish(/Report/, publisher)).toBe(verdict);
  });
});
