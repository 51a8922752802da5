import type * as api from '@aws-sdk/client-budgets';
import { monthStart } from '../../core/ledger.ts';
import { pageFrom } from '../../core/paging.ts';
import { type Operations, ServiceError } from '../../core/service.ts';
import {
  isSame,
  NO_SPEND,
  refuseBadBudget,
  refuseBadNotifications,
  type SimulatedBudget,
  type SimulatedNotification,
} from './budget.ts';
import type { Budgets } from './budgets.ts';

/** The end of a budget that names none. Source: API_budgets_TimePeriod. */
const FOREVER = new Date('2087-06-15T00:00:00Z');
const DAY_MS = 86_400_000;

/** Budgets' API. Errors as each operation's reference lists them. */
export function budgetsOperations(budgets: Budgets): Operations {
  /** The budget of a request. @throws ServiceError AccessDeniedException for another account's. */
  const find = ({
    AccountId,
    BudgetName = '',
  }: {
    AccountId: string | undefined;
    BudgetName?: string | undefined;
  }) => {
    refuseOtherAccount(AccountId);
    return budgets.require(BudgetName);
  };
  const refuseOtherAccount = (accountId: string | undefined) => {
    if (accountId !== budgets.accountId)
      throw new ServiceError(
        'AccessDeniedException',
        `Account ${accountId} is not authorized to use this API`,
      );
  };
  const findNotification = (input: api.DescribeSubscribersForNotificationRequest): SimulatedNotification => {
    const one = find(input).notifications.find(
      ({ notification }) => input.Notification && isSame(notification, input.Notification),
    );
    if (one) return one;
    throw new ServiceError('NotFoundException', `Unable to find notification for budget ${input.BudgetName}`);
  };

  return {
    CreateBudget({ AccountId, Budget, NotificationsWithSubscribers = [] }: api.CreateBudgetRequest) {
      refuseOtherAccount(AccountId);
      const name = refuseBadBudget(Budget);
      refuseBadNotifications(NotificationsWithSubscribers);
      if (budgets.budgets.has(name))
        throw new ServiceError(
          'DuplicateRecordException',
          `Error creating budget: ${name} - the budget already exists.`,
        );
      const notifications = NotificationsWithSubscribers.map(({ Notification, Subscribers = [] }) => ({
        notification: { ThresholdType: 'PERCENTAGE' as const, ...(Notification as api.Notification) },
        subscribers: [...Subscribers],
        isOver: false,
      }));
      const definition = { ...Budget, ...edited(budgets.now) } as api.Budget;
      budgets.budgets.set(name, { definition, createdAt: budgets.now, notifications });
      return {};
    },

    UpdateBudget({ AccountId, NewBudget }: api.UpdateBudgetRequest) {
      const budget = find({ AccountId, BudgetName: refuseBadBudget(NewBudget) });
      budget.definition = { ...(NewBudget as api.Budget), ...edited(budgets.now) };
      budget.editedAt = budgets.now;
      return {};
    },

    DeleteBudget(input: api.DeleteBudgetRequest) {
      find(input);
      budgets.budgets.delete(input.BudgetName ?? '');
      return {};
    },

    DescribeBudget(input: api.DescribeBudgetRequest): api.DescribeBudgetResponse {
      return { Budget: described(budgets, find(input)) };
    },

    DescribeBudgets({
      AccountId,
      MaxResults = 100,
      NextToken,
    }: api.DescribeBudgetsRequest): api.DescribeBudgetsResponse {
      refuseOtherAccount(AccountId);
      const all = [...budgets.budgets.values()];
      const { page, next } = pageFrom(all, MaxResults, NextToken);
      return { Budgets: page.map((budget) => described(budgets, budget)), ...next };
    },

    DescribeBudgetPerformanceHistory(
      input: api.DescribeBudgetPerformanceHistoryRequest,
    ): api.DescribeBudgetPerformanceHistoryResponse {
      const budget = find(input);
      const { BudgetName, BudgetType, CostFilters, CostTypes, TimeUnit } = budget.definition;
      return {
        BudgetPerformanceHistory: {
          ...{ BudgetName, BudgetType, CostFilters, CostTypes, TimeUnit },
          BudgetedAndActualAmountsList: monthsOf(budgets, budget, input.TimePeriod),
        },
      };
    },

    DescribeNotificationsForBudget(
      input: api.DescribeNotificationsForBudgetRequest,
    ): api.DescribeNotificationsForBudgetResponse {
      return {
        Notifications: find(input).notifications.map(({ notification, isOver }) => ({
          ...notification,
          NotificationState: isOver ? 'ALARM' : 'OK',
        })),
      };
    },

    DescribeSubscribersForNotification(
      input: api.DescribeSubscribersForNotificationRequest,
    ): api.DescribeSubscribersForNotificationResponse {
      return { Subscribers: [...findNotification(input).subscribers] };
    },

    DeleteNotification(input: api.DeleteNotificationRequest) {
      const one = findNotification(input);
      const { notifications } = find(input);
      notifications.splice(notifications.indexOf(one), 1);
      return {};
    },

    /** Deletes the notification too with its last subscriber. Source: API_budgets_DeleteSubscriber. */
    DeleteSubscriber(input: api.DeleteSubscriberRequest) {
      const one = findNotification(input);
      const at = one.subscribers.findIndex(
        ({ SubscriptionType, Address }) =>
          SubscriptionType === input.Subscriber?.SubscriptionType && Address === input.Subscriber?.Address,
      );
      if (at < 0) throw new ServiceError('NotFoundException', 'Unable to find the subscriber.');
      one.subscribers.splice(at, 1);
      const { notifications } = find(input);
      if (one.subscribers.length === 0) notifications.splice(notifications.indexOf(one), 1);
      return {};
    },
  };
}

/** The time of a budget's last edit. The data has no time of its own. */
const edited = (now: number) => ({ LastUpdatedTime: new Date(now) });

function described(
  budgets: Budgets,
  { definition, createdAt, editedAt = Number.NEGATIVE_INFINITY }: SimulatedBudget,
): api.Budget {
  // Source: API_budgets_UpdateBudget: an edit drops the spend to zero until there is new data.
  const { actualUsd, forecastUsd } = editedAt > budgets.lookedAt ? NO_SPEND : budgets.spendOf();
  return {
    TimePeriod: { Start: new Date(monthStart(createdAt)), End: FOREVER },
    ...definition,
    CalculatedSpend: { ActualSpend: usd(actualUsd), ForecastedSpend: usd(forecastUsd) },
  };
}

/** The months from the budget's first to this one, the oldest first. */
function monthsOf(
  budgets: Budgets,
  { definition, createdAt }: SimulatedBudget,
  { Start, End }: api.TimePeriod = {},
): api.BudgetedAndActualAmounts[] {
  const [from, to] = [Start?.getTime() ?? 0, End?.getTime() ?? budgets.now];
  const months: api.BudgetedAndActualAmounts[] = [];
  for (let start = monthStart(createdAt); start <= budgets.now; start = monthStart(start, 1)) {
    if (start < from || start >= to) continue;
    months.push({
      BudgetedAmount: definition.BudgetLimit,
      ActualAmount: usd(budgets.usdOfMonth(start)),
      TimePeriod: { Start: new Date(start), End: new Date(monthStart(start, 1) - DAY_MS) },
    });
  }
  return months;
}

/** An amount as text, to a billionth of a dollar: rounding to cents would hide what is just over a threshold. */
const usd = (amount: number): api.Spend => ({ Amount: String(Math.round(amount * 1e9) / 1e9), Unit: 'USD' });
