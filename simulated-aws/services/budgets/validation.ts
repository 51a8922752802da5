import type { Budget, NotificationWithSubscribers } from '@aws-sdk/client-budgets';
import { ServiceError } from '../../core/service.ts';

/** Source: AWS Budgets quotas: notifications per budget, subscribers per notification. */
const NOTIFICATIONS = 10;
const SNS_SUBSCRIBERS = 1;
const EMAIL_SUBSCRIBERS = 10;

/** @returns the name. @throws ServiceError InvalidParameterException. */
export function refuseBadBudget(budget: Budget | undefined): string {
  const { BudgetName = '', BudgetLimit, TimeUnit, BudgetType } = budget ?? {};
  if (!/^[^:\\]{1,100}$/.test(BudgetName)) throw invalid(`BudgetName: ${BudgetName}`);
  if (!(Number(BudgetLimit?.Amount) >= 0)) throw invalid(`BudgetLimit: ${BudgetLimit?.Amount}`);
  if (BudgetType !== 'COST' || TimeUnit !== 'MONTHLY')
    throw invalid('only monthly cost budgets are simulated');
  return BudgetName;
}

/** @throws ServiceError CreationLimitExceededException, InvalidParameterException. */
export function refuseBadNotifications(all: readonly NotificationWithSubscribers[]): void {
  if (all.length > NOTIFICATIONS)
    throw new ServiceError(
      'CreationLimitExceededException',
      `a budget has at most ${NOTIFICATIONS} notifications`,
    );
  for (const { Notification, Subscribers = [] } of all) {
    const count = (type: string) => Subscribers.filter((one) => one.SubscriptionType === type).length;
    if (count('SNS') > SNS_SUBSCRIBERS || count('EMAIL') > EMAIL_SUBSCRIBERS)
      throw new ServiceError('CreationLimitExceededException', 'too many subscribers for a notification');
    if (Subscribers.length === 0) throw invalid('a notification has no subscriber');
    if (!Notification || !((Notification.Threshold ?? -1) >= 0))
      throw invalid('a notification has no threshold');
  }
}

const invalid = (what: string) => new ServiceError('InvalidParameterException', `Invalid parameter: ${what}`);
