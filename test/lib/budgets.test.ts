import { describe, expect, it } from 'vitest';
import { ALARM_THRESHOLDS, USAGE_ONLY } from '../../lambda/core/verdict/budget.ts';
import { ACCOUNT, resource, synthesize, type TemplateJson } from './synthesis.ts';

const { template, json } = synthesize();

interface Notification {
  readonly Notification: { readonly NotificationType: string; readonly Threshold: number };
  readonly Subscribers: readonly { readonly SubscriptionType: string; readonly Address: unknown }[];
}

const budgetOf = (of: TemplateJson, id: RegExp) => resource(of, 'AWS::Budgets::Budget', id)[1];
const nameIn = (of: TemplateJson, id: RegExp): unknown => {
  const { Budget } = budgetOf(of, id).Properties as { readonly Budget: { readonly BudgetName: string } };
  return Budget.BudgetName;
};
const notificationsOf = (of: TemplateJson, id: RegExp) =>
  budgetOf(of, id).Properties?.['NotificationsWithSubscribers'] as readonly Notification[];
const summary = (notifications: readonly Notification[]) =>
  notifications.map(({ Notification: { NotificationType, Threshold }, Subscribers }) =>
    [NotificationType, Threshold, ...Subscribers.map(({ SubscriptionType }) => SubscriptionType)].join(' '),
  );

describe('the firing budget', () => {
  it('counts usage of this account only, by the definition that the function compares it with', () => {
    template.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: {
        BudgetLimit: { Amount: 50, Unit: 'USD' },
        TimeUnit: 'MONTHLY',
        BudgetType: 'COST',
        CostTypes: USAGE_ONLY,
        CostFilters: { LinkedAccount: [ACCOUNT] },
      },
    });
  });

  it('mails at 50, 80 and forecast 100 %, and fires and mails at each alarm threshold', () => {
    expect(summary(notificationsOf(json, /Usage/))).toEqual([
      'ACTUAL 50 EMAIL',
      'ACTUAL 80 EMAIL',
      'FORECASTED 100 EMAIL',
      ...ALARM_THRESHOLDS.map((percent) => `ACTUAL ${percent} SNS EMAIL`),
    ]);
  });

  it('stays within what Budgets takes: 10 notifications, each with one topic', () => {
    for (const id of [/Usage/, /AllIn/]) {
      const notifications = notificationsOf(json, id);
      expect(notifications.length).toBeLessThanOrEqual(10);
      for (const { Subscribers } of notifications)
        expect(
          Subscribers.filter(({ SubscriptionType }) => SubscriptionType === 'SNS').length,
        ).toBeLessThanOrEqual(1);
    }
  });

  it('is created after the policy that lets Budgets publish, and after the function listens', () => {
    const [policy] = resource(json, 'AWS::SNS::TopicPolicy', /SpendAlarm/);
    const [subscription] = resource(json, 'AWS::SNS::Subscription', /AlarmSubscription/);
    expect(budgetOf(json, /Usage/).DependsOn).toEqual(expect.arrayContaining([policy, subscription]));
  });

  it('gets a new name when its notifications change, since CloudFormation then replaces it', () => {
    const mailElsewhere = synthesize({ email: 'you@example.com' }).json;
    const raised = synthesize({ monthlyBudgetUsd: 60 }).json;
    for (const id of [/Usage/, /AllIn/]) {
      expect(nameIn(mailElsewhere, id)).not.toBe(nameIn(json, id));
      expect(nameIn(raised, id)).toBe(nameIn(json, id));
    }
  });
});

describe('the all-in budget', () => {
  it('only mails', () => {
    expect(summary(notificationsOf(json, /AllIn/))).toEqual(['ACTUAL 80 EMAIL', 'ACTUAL 100 EMAIL']);
  });
});
