import type { Budget, Notification, Subscriber } from '@aws-sdk/client-budgets';

/** A budget's setting and its alerts; what was spent is read from the ledger. */
export interface SimulatedBudget {
  definition: Budget;
  /** In ms since 1970. */
  readonly createdAt: number;
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

export const limitUsd = ({ definition }: SimulatedBudget): number =>
  Number(definition.BudgetLimit?.Amount ?? 0);

/** Dollars at which a notification turns. Source: API_budgets_Notification. */
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
