import type { Behaviour } from '../../core/behaviour.ts';

const BEST_PRACTICES = 'Cost Management user guide: Best practices for AWS Budgets';
const MANAGING = 'Cost Management user guide: Managing your costs with AWS Budgets';

export const BUDGETS_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'budgets-three-a-day',
    claim: 'the bill is looked at three times a day, and nothing is known in between',
    source: `${BEST_PRACTICES}; assumption: at 0, 8 and 16 h UTC, with the bill of that very moment`,
  },
  {
    id: 'budgets-late',
    claim: 'the bill that is looked at can be some hours old',
    source: `${BEST_PRACTICES}: billing data has a delay; off by default, which is better than what AWS promises`,
  },
  {
    id: 'budgets-as-seldom-as-aws',
    claim: 'where it is asked for, looks are 8 to 12 hours apart, at a bill that is 8 to 24 hours old',
    source: `${MANAGING}: "Updates typically occur 8–12 hours after the previous update"; ${BEST_PRACTICES}: billing data "is updated at least once per day"; assumption: every age from 8 hours on is equally likely`,
  },
  {
    id: 'budgets-turn-of-the-month',
    claim:
      'the spend stays that of the month of the bill: last month’s, which still grows, until the bill reaches the new one',
    source: `assumption: AWS says only that the spend is updated up to three times a day (${MANAGING}) and that the bill is late (${BEST_PRACTICES}), so a figure of the new month cannot come before its data`,
  },
  {
    id: 'budgets-edited',
    claim: 'an edit drops the spend to nothing until the next look',
    source: 'API_budgets_UpdateBudget: "the calculatedSpend drops to zero until AWS has new usage data"',
  },
  {
    id: 'budgets-once',
    claim: 'a threshold alerts once a month, and again in the next month',
    source: 'assumption: observed by users; AWS says "once per budget period"',
  },
  {
    id: 'budgets-message',
    claim: 'an alert is prose, by SNS and by e-mail, with budget, threshold and amount',
    source: 'assumption: messages captured in public code',
  },
  {
    id: 'budgets-needs-policy',
    claim: 'an alert that the policy of its topic refuses is lost, and its e-mails arrive all the same',
    source: 'Cost Management user guide: Creating an Amazon SNS topic for budget notifications',
  },
  {
    id: 'budgets-state',
    claim: 'a notification is in ALARM for as long as the spend is over its threshold',
    source: 'API_budgets_Notification',
  },
  {
    id: 'budgets-forecast',
    claim: 'the forecast is what the month will cost at the pace so far, and has alerts of its own',
    source: 'assumption: AWS forecasts by a model of its own, and only after five weeks of history',
  },
  {
    id: 'budgets-new-month',
    claim: 'a new month starts at nothing, and the old one stays in the history',
    source: 'API_budgets_DescribeBudgetPerformanceHistory',
  },
  {
    id: 'budgets-updated-time',
    claim: 'LastUpdatedTime is the time of the last edit, not of the data',
    source: 'API_budgets_Budget',
  },
  {
    id: 'budgets-quotas',
    claim: 'a budget has up to 10 notifications, each with one topic and ten addresses',
    source: 'Cost Management user guide: AWS Budgets quotas; API_budgets_CreateBudget',
  },
  {
    id: 'budgets-names',
    claim: 'a name is taken once; an unknown one is NotFoundException, another account AccessDeniedException',
    source: 'API_budgets_CreateBudget, API_budgets_DescribeBudget',
  },
  {
    id: 'budgets-subscriber-deleted',
    claim: 'a deleted subscriber gets nothing more, and the notification goes with its last subscriber',
    source: 'API_budgets_DeleteSubscriber',
  },
];
