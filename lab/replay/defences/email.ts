import { thisAccountOnly } from '../../../lambda/core/verdict/budget.ts';
import { OWNERS_ADDRESS } from '../playing/mailbox.ts';
import type { PlayedIncident } from '../playing/played-incident.ts';
import { type Defence, playWithout } from './defence.ts';

/** Percent of the limit at which the console proposes alerts. */
const ALERT_PERCENT = [85, 100];

/** A monthly budget with an e-mail, as the console makes it. */
export function createMailingBudget({ account, incident }: PlayedIncident): void {
  const { budgets, accountId } = account;
  const subscribers = [{ SubscriptionType: 'EMAIL' as const, Address: OWNERS_ADDRESS }];
  budgets.budgets.set('monthly', {
    createdAt: budgets.now,
    definition: {
      BudgetName: 'monthly',
      BudgetType: 'COST',
      TimeUnit: 'MONTHLY',
      BudgetLimit: { Amount: String(incident.budgetUsd), Unit: 'USD' },
      CostFilters: { LinkedAccount: [...(thisAccountOnly(accountId)['LinkedAccount'] ?? [])] },
    },
    notifications: ALERT_PERCENT.map((Threshold) => ({
      notification: {
        NotificationType: 'ACTUAL',
        ComparisonOperator: 'GREATER_THAN',
        Threshold,
        ThresholdType: 'PERCENTAGE',
      },
      subscribers,
      isOver: false,
    })),
  });
}

export const email: Defence = {
  name: 'email',
  label: 'e-mail, read after a day',
  labelJa: '通知メールを翌日に読む',
  about:
    'A monthly budget that sends e-mail at 85 % and 100 %. Somebody reads it 24 hours later and cleans up by hand. To look at the machines once a day is rather often.',
  play: (incident) =>
    playWithout('email', incident, (played) => {
      createMailingBudget(played);
      played.onceBudgetsSeesIt(() => {});
    }),
};
