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

/** A number of hours, or one by chance between two, anew each time. */
type Hours = number | readonly [least: number, most: number];

export interface BudgetsOptions {
  /** Between two looks at the bill, from midnight UTC; 8 by default: three a day. */
  readonly everyHours?: Hours;
  /** How old the bill is that Budgets sees; 0 by default, which is better than what AWS promises. */
  readonly lateHours?: Hours;
}

/** What AWS says of its own looks, and of its bill. Sources: the behaviour `budgets-as-seldom-as-aws`. */
export const AS_SELDOM_AS_AWS: BudgetsOptions = { everyHours: [8, 12], lateHours: [8, 24] };

export interface BudgetsContext extends Pick<ServiceContext, 'timeline' | 'accountId' | 'ledger' | 'random'> {
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
  readonly #lateHours: Hours;
  /** Up to when Budgets has seen the bill, in ms since 1970. */
  #seenUntil: number;
  #lookedAt: number;
  /** What each month had cost at the last look, by the start of the month. */
  readonly #seenUsd = new Map<number, number>();

  constructor(context: BudgetsContext, { everyHours = 8, lateHours = 0 }: BudgetsOptions = {}) {
    const { timeline, accountId } = context;
    this.#context = context;
    this.accountId = accountId;
    this.#lateHours = lateHours;
    const everyMs = this.#millisecondsOf(everyHours);
    this.#lookedAt = Math.floor(timeline.now() / everyMs) * everyMs;
    this.#seenUntil = this.#lookedAt - this.#millisecondsOf(lateHours);
    const look = (time: number) =>
      timeline.at(time, () => {
        this.refresh();
        look(time + this.#millisecondsOf(everyHours));
      });
    look(this.#lookedAt + everyMs);
  }

  get now(): number {
    return this.#context.timeline.now();
  }

  /** The time of the last look, in ms since 1970. */
  get lookedAt(): number {
    return this.#lookedAt;
  }

  /** Looks at the bill now, and sends the alerts that are due. */
  refresh(): void {
    this.#lookedAt = this.now;
    // A bill never knows less than it did.
    const until = Math.max(this.#seenUntil, this.now - this.#millisecondsOf(this.#lateHours));
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

  /** The spend that Budgets shows: of the month that the bill had reached at the last look, often still last month. */
  spendOf(): Spend {
    const start = this.#month();
    const actualUsd = this.usdOfMonth(start);
    const elapsed = this.#seenUntil - start;
    const whole = monthStart(start, 1) - start;
    return { actualUsd, forecastUsd: elapsed > 0 ? (actualUsd / elapsed) * whole : actualUsd };
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
    return monthStart(this.#seenUntil);
  }

  #millisecondsOf(hours: Hours): number {
    if (typeof hours === 'number') return hours * HOUR_MS;
    const [least, most] = hours;
    return (least + (most - least) * this.#context.random.fraction()) * HOUR_MS;
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
