import { describe, expect, it } from 'vitest';
import type { SettingsInput } from '../../lambda/core/settings.ts';
import { type PolicyDocument, simulate } from './role-simulation.ts';
import { ACCOUNT, REGION, resource, synthesize } from './synthesis.ts';

const deployment = { account: ACCOUNT, region: REGION };
const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/${name}`;
const withUsers = (input: Partial<SettingsInput> = {}) =>
  synthesize({ guard: { denyAtLimit: ['alice', 'bob', 'alice'] }, ...input }).json;

describe('the action of the budget', () => {
  const json = withUsers();
  const [, action] = resource(json, 'AWS::Budgets::BudgetsAction');
  const [roleId, role] = resource(json, 'AWS::IAM::Role', /BudgetAction/);
  const { Policies } = role.Properties as { Policies: { PolicyDocument: PolicyDocument }[] };
  const policies = Policies.map(({ PolicyDocument: policy }) => policy);

  it('denies the named users everything at 100 % of the firing budget, by itself, and mails', () => {
    expect(action.Properties).toEqual({
      BudgetName: json.Outputs?.['BudgetName']?.Value,
      NotificationType: 'ACTUAL',
      ActionType: 'APPLY_IAM_POLICY',
      ActionThreshold: { Type: 'PERCENTAGE', Value: 100 },
      ApprovalModel: 'AUTOMATIC',
      Definition: { IamActionDefinition: { PolicyArn: DENY_ALL, Users: ['alice', 'bob'] } },
      ExecutionRoleArn: { 'Fn::GetAtt': [roleId, 'Arn'] },
      Subscribers: [{ Type: 'EMAIL', Address: 'me@example.com' }],
    });
  });

  it('is made after the budget, which it knows by name only', () => {
    expect(action.DependsOn).toEqual([resource(json, 'AWS::Budgets::Budget', /Usage/)[0]]);
  });

  it('waits for the owner in a dry run', () => {
    const [, waiting] = resource(withUsers({ mode: 'dry-run' }), 'AWS::Budgets::BudgetsAction');
    expect(waiting.Properties).toMatchObject({ ApprovalModel: 'MANUAL' });
  });

  it.each([
    ['iam:AttachUserPolicy', user('alice'), DENY_ALL, 'Allowed'],
    ['iam:DetachUserPolicy', user('bob'), DENY_ALL, 'Allowed'],
    ['iam:AttachUserPolicy', user('dev/ops/alice'), DENY_ALL, 'Allowed'],
    ['iam:AttachUserPolicy', user('carol'), DENY_ALL, 'ImplicitlyDenied'],
    ['iam:AttachUserPolicy', user('dev/malice'), DENY_ALL, 'ImplicitlyDenied'],
    [
      'iam:AttachUserPolicy',
      user('alice'),
      'arn:aws:iam::aws:policy/AdministratorAccess',
      'ImplicitlyDenied',
    ],
    ['iam:PutUserPolicy', user('alice'), DENY_ALL, 'ImplicitlyDenied'],
  ])('has a role for which %s on %s with %s is %s', async (name, resourceArn, policyArn, verdict) => {
    const request = { action: name, resource: resourceArn, context: { 'iam:PolicyARN': policyArn } };
    expect(await simulate(policies, request, deployment)).toBe(verdict);
  });

  it('has a role that only Budgets of this account may take', () => {
    expect(role.Properties?.['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'budgets.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
            ArnLike: { 'aws:SourceArn': `arn:aws:budgets::${ACCOUNT}:budget/*` },
          },
        },
      ],
    });
  });

  it('is guarded: whoever changes its role is reported', () => {
    const [, rule] = resource(json, 'AWS::Events::Rule', /tamperfunction/);
    expect(JSON.stringify(rule.Properties?.['EventPattern'])).toContain(JSON.stringify({ Ref: roleId }));
  });
});

describe('without users to deny', () => {
  it('the budget has no action', () => {
    synthesize().template.resourceCountIs('AWS::Budgets::BudgetsAction', 0);
  });
});
