import { ArnFormat, Stack, Token, Validations } from 'aws-cdk-lib';
import { CfnBudgetsAction } from 'aws-cdk-lib/aws-budgets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DENY_ALL } from '../lambda/core/managed-policies.ts';
import type { Settings } from '../lambda/core/settings.ts';

export interface BudgetActionProps {
  readonly settings: Pick<Settings, 'email' | 'guard' | 'mode'>;
  readonly budgetName: string;
}

/**
 * Budgets itself denies the named users everything when the budget is spent: it needs neither Lambda nor us. The
 * first two budgets with actions cost nothing (price list of AWS Budgets: 62 action-enabled budget-days a month free,
 * then $0.10 each). In a dry run it waits until the owner approves, and asks for that by mail.
 */
export class BudgetAction extends Construct {
  readonly role: Role;
  readonly action: CfnBudgetsAction;

  constructor(scope: Construct, id: string, { settings, budgetName }: BudgetActionProps) {
    super(scope, id);
    const users = [...new Set(settings.guard.denyAtLimit)];
    this.role = executionRole(this, users);
    this.action = new CfnBudgetsAction(this, 'DenyUsers', {
      budgetName,
      notificationType: 'ACTUAL',
      actionType: 'APPLY_IAM_POLICY',
      actionThreshold: { type: 'PERCENTAGE', value: 100 },
      approvalModel: settings.mode === 'dry-run' ? 'MANUAL' : 'AUTOMATIC',
      definition: { iamActionDefinition: { policyArn: DENY_ALL, users } },
      executionRoleArn: this.role.roleArn,
      subscribers: [{ type: 'EMAIL', address: settings.email }],
    });
  }
}

/**
 * May attach AWSDenyAll to these users and take it off again when the action is reset, and nothing else. Trust policy:
 * AWS Cost Management user guide, "Cross-service confused deputy prevention".
 */
function executionRole(scope: Construct, users: readonly string[]): Role {
  const stack = Stack.of(scope);
  const role = new Role(scope, 'Role', {
    description: 'Lets AWS Budgets deny the named users everything when the budget is spent.',
    assumedBy: new ServicePrincipal('budgets.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account },
        ArnLike: { 'aws:SourceArn': `arn:aws:budgets::${stack.account}:budget/*` },
      },
    }),
    inlinePolicies: {
      DenyUsers: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ['iam:AttachUserPolicy', 'iam:DetachUserPolicy'],
            // A user's ARN holds its path, which the setting does not name.
            resources: users
              .flatMap((name) => [name, `*/${name}`])
              .map((resourceName) =>
                stack.formatArn({
                  service: 'iam',
                  region: '',
                  resource: 'user',
                  resourceName,
                  arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
                }),
              ),
            conditions: { ArnEquals: { 'iam:PolicyARN': DENY_ALL } },
          }),
        ],
      }),
    },
  });
  const account = Token.isUnresolved(stack.account) ? '<AWS::AccountId>' : stack.account;
  Validations.of(role).acknowledge(
    ...users.map((name) => ({
      id: `AwsSolutions-IAM5[Resource::arn:aws:iam::${account}:user/*/${name}]`,
      reason: 'The star stands for a path: names of users are unique in an account, whatever their paths.',
    })),
  );
  return role;
}
