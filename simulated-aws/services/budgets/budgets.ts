import type { Notification } from '@aws-sdk/client-budgets';
import { monthStart } from '../../core/ledger.ts';
import { ServiceError, whyRefused } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Sns } from '../sns/sns.ts';
import {
  isOver,
  limitUsd,
  type SimulatedBudget,
  type SimulatedNotification,
  type Spend,
  thresholdUsd,
} from './budget.ts';
import { budgetMessage } from './budget-message.ts';

const HOUR_MS = 3_600_000;

export interface BudgetsOptions {
  /** Between two looks at the bill, in hours from midnight UTC; 8 by default: three a day. */
  readonly everyHours?: number;
  /** How old the bill is that Budgets sees, in hours; 0 by default, which is better than what AWS promises. */
  readonly lateHours?: number;
}

export interface BudgetsContext extends Pick<ServiceContext, 'timeline' | 'accountId' | 'ledger'> {
  readonly sns: Sns;
}

/** A mail that Budgets itself sends, without SNS. */
export interface BudgetMail {
  readonly budget: string;
  readonly address: string;
  readonly subject: string;
  readonly message: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** Budgets of one account: they look at the bill a few times a day, and alert once a month for each threshold. */
export class Budgets {
  readonly budgets = new Map<string, SimulatedBudget>();
  readonly mails: BudgetMail[] = [];
  /** Alerts that a topic's policy refused. AWS drops them too. */
  readonly refused: { readonly topicArn: string; readonly error: string; readonly at: number }[] = [];
  readonly accountId: string;
  readonly #context: BudgetsContext;
  readonly #everyMs: number;
  readonly #lateMs: number;
  /** Up to when Budgets has seen the bill, in ms since 1970. */
  #seenUntil: number;
  /** What each month had cost at the last look, by the start of the month. */
  readonly #seenUsd = new Map<number, number>();

  constructor(context: BudgetsContext, { everyHours = 8, lateHours = 0 }: BudgetsOptions = {}) {
    const { timeline, accountId } = context;
    this.#context = context;
    this.accountId = accountId;
    this.#everyMs = everyHours * HOUR_MS;
    this.#lateMs = lateHours * HOUR_MS;
    const lastLook = Math.floor(timeline.now() / this.#everyMs) * this.#everyMs;
    this.#seenUntil = lastLook - this.#lateMs;
    const look = (time: number) =>
      timeline.at(time, () => {
        this.refresh();
        look(time + this.#everyMs);
      });
    look(lastLook + this.#everyMs);
  }

  get now(): number {
    return this.#context.timeline.now();
  }

  /** Looks at the bill now, and sends the alerts that are due. */
  refresh(): void {
    const until = this.now - this.#lateMs;
    for (let month = monthStart(this.#seenUntil); month <= until; month = monthStart(month, 1))
      this.#seenUsd.set(month, this.#context.ledger.usdBetween(month, Math.min(monthStart(month, 1), until)));
    this.#seenUntil = until;
    for (const budget of this.budgets.values()) {
      const spend = this.spendOf();
      for (const one of budget.notifications) {
        one.isOver = isOver(one.notification, limitUsd(budget), spend);
        if (one.isOver && one.alertedMonth !== this.#month()) this.#alert(budget, one, spend);
      }
    }
  }

  /** This month's spend at the last look; nothing before the first look of the month. */
  spendOf(): Spend {
    const [start, end] = [this.#month(), monthStart(this.now, 1)];
    const actualUsd = this.usdOfMonth(start);
    const elapsed = this.#seenUntil - start;
    return { actualUsd, forecastUsd: elapsed > 0 ? (actualUsd / elapsed) * (end - start) : actualUsd };
  }

  /** A month's spend at the last look, by the start of the month. */
  usdOfMonth(start: number): number {
    return this.#seenUsd.get(start) ?? 0;
  }

  /** @throws ServiceError NotFoundException. */
  require(name: string): SimulatedBudget {
    const budget = this.budgets.get(name);
    if (budget) return budget;
    throw new ServiceError('NotFoundException', `Unable to get budget: ${name} - the budget doesn't exist.`);
  }

  #month(): number {
    return monthStart(this.now);
  }

  #alert(budget: SimulatedBudget, one: SimulatedNotification, spend: Spend): void {
    one.alertedMonth = this.#month();
    const { accountId, sns } = this.#context;
    const name = budget.definition.BudgetName ?? '';
    const { Subject, Message } = messageOf(budget, one.notification, spend, accountId, this.now);
    const publisher = {
      service: 'budgets.amazonaws.com',
      sourceArn: `arn:aws:budgets::${accountId}:budget/${name}`,
    };
    for (const { SubscriptionType, Address = '' } of one.subscribers) {
      if (SubscriptionType === 'EMAIL') {
        this.mails.push({ budget: name, address: Address, subject: Subject, message: Message, at: this.now });
        continue;
      }
      const error = whyRefused(() => sns.publishFor(publisher, Address, Message, Subject));
      if (error !== undefined) this.refused.push({ topicArn: Address, error, at: this.now });
    }
  }
}

function messageOf(
  budget: SimulatedBudget,
  notification: Notification,
  { actualUsd, forecastUsd }: Spend,
  account: string,
  now: number,
): { readonly Subject: string; readonly Message: string } {
  const limit = limitUsd(budget);
  const isForecast = notification.NotificationType === 'FORECASTED';
  const { Subject, Message } = budgetMessage({
    account,
    name: budget.definition.BudgetName ?? '',
    limitUsd: limit,
    actualUsd: isForecast ? forecastUsd : actualUsd,
    thresholdPercent: limit === 0 ? 100 : (100 * thresholdUsd(notification, limit)) / limit,
    at: new Date(now),
  });
  return { Subject, Message: isForecast ? Message.replaceAll('ACTUAL', 'FORECASTED') : Message };
}
