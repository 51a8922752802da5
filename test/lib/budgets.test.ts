import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ALARM_THRESHOLDS, USAGE_ONLY } from '../../lambda/core/verdict/budget.ts';
import { KillSwitch } from '../../lib/index.ts';
import { ACCOUNT, emptyApp, MINIMAL, REGION, resource, synthesize, type TemplateJson } from './synthesis.ts';

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

describe('the names of the budgets', () => {
  const namesIn = (stackName: string) => {
    const stack = new Stack(emptyApp(), stackName, { env: { account: ACCOUNT, region: REGION } });
    new KillSwitch(stack, 'KillSwitch', { settings: MINIMAL });
    const of = Template.fromStack(stack).toJSON() as TemplateJson;
    const [, rule] = resource(of, 'AWS::Events::Rule', /tampertriggers/);
    return { names: [/Usage/, /AllIn/].map((id) => String(nameIn(of, id))), rule: JSON.stringify(rule) };
  };

  // Budgets API reference, BudgetName: at most 100 characters.
  it('fit in a stack of any name, and are what the tamper rule watches and the function reads', () => {
    const at128 = namesIn('S'.repeat(128));
    expect(at128.names.map(({ length }) => length)).toEqual([99, 100]);
    const [prefix = ''] = /^S+-[0-9a-f]{8}-/.exec(at128.names[0] ?? '') ?? [];
    for (const name of at128.names) expect(name.startsWith(prefix)).toBe(true);
    expect(at128.rule).toContain(`{"prefix":"${prefix}"}`);
    const other = namesIn(`${'S'.repeat(127)}T`);
    expect(other.names).not.toEqual(at128.names);
  });

  it('are cut only where they must be, so that no budget is replaced for it', () => {
    const [usage, allIn] = namesIn('S'.repeat(84)).names;
    expect([usage, allIn]).toEqual([
      expect.stringMatching(/^S{84}-usage-[0-9a-f]{8}$/),
      expect.stringMatching(/^S{84}-all-in-[0-9a-f]{8}$/),
    ]);
    expect(allIn).toHaveLength(100);
    expect(namesIn('S'.repeat(85)).names[1]?.length).toBeLessThanOrEqual(100);
  });
});

describe('without AWS budgets', () => {
  const without = synthesize({ awsBudgets: false }).json;

  it('there is none, and the outputs say what is lacking in place of its name', () => {
    expect(Object.values(without.Resources).map(({ Type }) => Type)).not.toContainEqual(
      expect.stringContaining('AWS::Budgets'),
    );
    expect(without.Outputs?.['WithoutBudgets']?.Value).toMatch(
      /^No AWS budget is deployed \(awsBudgets is false\): only the estimate of what EC2 costs raises an alarm/,
    );
    expect(without.Outputs?.['BudgetName']).toBeUndefined();
    expect(json.Outputs?.['WithoutBudgets']).toBeUndefined();
  });

  it('the function may not, and does not, ask for one', () => {
    expect(JSON.stringify(json)).toContain('budgets:ViewBudget');
    expect(JSON.stringify(without)).not.toContain('budgets:ViewBudget');
    const [, { Properties }] = resource(without, 'AWS::Lambda::Function');
    expect(Properties?.['Environment']).toMatchObject({ Variables: { KILLSWITCH_BUDGET: '' } });
  });
});

describe('the all-in budget', () => {
  it('only mails', () => {
    expect(summary(notificationsOf(json, /AllIn/))).toEqual(['ACTUAL 80 EMAIL', 'ACTUAL 100 EMAIL']);
  });
});
