import type { Budget, Notification, NotificationWithSubscribers, Subscriber } from '@aws-sdk/client-budgets';
import { ServiceError } from '../../core/service.ts';

/** A budget's setting and its alerts. The spend comes from the ledger. */
export interface SimulatedBudget {
  definition: Budget;
  /** In ms since 1970. */
  readonly createdAt: number;
  /** When its setting was last changed, in ms since 1970. */
  editedAt?: number;
  readonly notifications: SimulatedNotification[];
}

export interface SimulatedNotification {
  readonly notification: Notification;
  readonly subscribers: Subscriber[];
  isOver: boolean;
  /** Start of the month in which it last alerted, in ms since 1970. */
  alertedMonth?: number;
}

export interface Spend {
  readonly actualUsd: number;
  readonly forecastUsd: number;
}

export const NO_SPEND: Spend = { actualUsd: 0, forecastUsd: 0 };

export const limitUsd = ({ definition }: SimulatedBudget): number =>
  Number(definition.BudgetLimit?.Amount ?? 0);

/** Dollars above which a notification alerts. Source: API_budgets_Notification. */
export function thresholdUsd(
  { Threshold = 0, ThresholdType = 'PERCENTAGE' }: Notification,
  limit: number,
): number {
  return ThresholdType === 'PERCENTAGE' ? (limit * Threshold) / 100 : Threshold;
}

export function isOver(notification: Notification, limit: number, spend: Spend): boolean {
  const usd = notification.NotificationType === 'FORECASTED' ? spend.forecastUsd : spend.actualUsd;
  const threshold = thresholdUsd(notification, limit);
  if (notification.ComparisonOperator === 'LESS_THAN') return usd < threshold;
  if (notification.ComparisonOperator === 'EQUAL_TO') return usd === threshold;
  return usd > threshold;
}

/** Two notifications of a budget are the same when all four of these are. */
export const isSame = (one: Notification, other: Notification): boolean =>
  one.NotificationType === other.NotificationType &&
  one.ComparisonOperator === other.ComparisonOperator &&
  one.Threshold === other.Threshold &&
  (one.ThresholdType ?? 'PERCENTAGE') === (other.ThresholdType ?? 'PERCENTAGE');

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
