/**
 * The firing budget as data. The template creates it from here, and `decide` compares the live budget with
 * it, because an intruder can edit a budget as well as delete it.
 */
export interface CostTypes {
  readonly [type: string]: boolean;
}

/**
 * Usage only. Tax, support, subscriptions and upfront fees would fire it on the first of the month; credits
 * and refunds would hide a rise. Source: AWS Budgets API, CostTypes.
 */
export const USAGE_ONLY: CostTypes = {
  IncludeCredit: false,
  IncludeDiscount: true,
  IncludeOtherSubscription: false,
  IncludeRecurring: false,
  IncludeRefund: false,
  IncludeSubscription: false,
  IncludeSupport: false,
  IncludeTax: false,
  IncludeUpfront: false,
  UseAmortized: false,
  UseBlended: false,
};

/** A payer's budget covers all member accounts unless it is narrowed. */
export const thisAccountOnly = (account: string): Record<string, readonly string[]> => ({
  LinkedAccount: [account],
});

/** Percent of the limit at which Budgets publishes to the alarm topic, once per threshold and month. */
export const ALARM_THRESHOLDS = [100, 125, 150, 200, 300, 500] as const;
/** Percent of the limit at which Budgets only sends an e-mail. */
export const WARNING_THRESHOLDS = { actual: [50, 80], forecast: [100] } as const;

/** The live budget; amounts in US dollars. */
export interface BudgetReading {
  readonly limitUsd: number;
  readonly actualUsd: number;
  readonly unit: string;
  readonly timeUnit: string;
  readonly costTypes: CostTypes;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Whether it has a filter in the newer form, an expression. Ours has none. */
  readonly hasFilterExpression: boolean;
}

/** The settings deploy no AWS budget (`awsBudgets`): there is nothing to read, and nothing is missing. */
export interface NotDeployed {
  readonly notDeployed: true;
}

/** The reading, where there is one. */
export const readingIn = ({ budget }: Pick<BudgetEvidence, 'budget'>): BudgetReading | undefined =>
  'unreadable' in budget || 'notDeployed' in budget ? undefined : budget;

/** What was read, or why it could not be. `lastMonthUsd` is read only in the first days of a month. */
export interface BudgetEvidence {
  /** When it was read, in ms since 1970. */
  readonly at: number;
  readonly budget: BudgetReading | { readonly unreadable: string } | NotDeployed;
  readonly lastMonthUsd?: number | { readonly unreadable: string };
}
