import { createHash } from 'node:crypto';

// Without the CDK: the command line, which finds the parts of a stack by these names, does not load it.

export { STACK_NAME } from '../lambda/core/report/next-commands.ts';

/** The stack's outputs: whoever looks for a deployment finds its parts by them. */
export const OUTPUT_NAMES = [
  'FunctionName',
  'AlarmTopicArn',
  'ControlTopicArn',
  'ReportTopicArn',
  'JournalBucketName',
  'BudgetName',
  'EmergencyCommand',
] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** The output that a stack without AWS budgets has in place of `BudgetName`. */
export const WITHOUT_BUDGETS_OUTPUT = 'WithoutBudgets';

/** What such a stack lacks: the output's value, and for `status`. */
export const WITHOUT_BUDGETS =
  'No AWS budget is deployed (awsBudgets is false): only the estimate of what EC2 costs raises an alarm. What other ' +
  'services cost, tax and support are never seen, and nothing sees the spend while the function does not run';

/** Long enough for every name that is made of it: rules and schedules have 64 characters (PutRule, CreateSchedule). */
const LONGEST_PREFIX = 44;

/**
 * What the names of a stack's rules, alarms and schedule begin with: its own name and a hyphen; a stack's name has up to
 * 128 characters, so that a long one is cut and told apart by a hash.
 */
export const ownPrefix = (stackName: string): string => prefixWithin(LONGEST_PREFIX, stackName);

function prefixWithin(longest: number, stackName: string): string {
  if (stackName.length < longest) return `${stackName}-`;
  const hash = createHash('sha256').update(stackName).digest('hex').slice(0, 8);
  return `${stackName.slice(0, longest - hash.length - 2)}-${hash}-`;
}

/** The schedule that ticks, the only one of a stack. */
export const scheduleName = (stackName: string): string => `${ownPrefix(stackName)}tick`;

/** The stack in another region that forwards its signals to a kill switch, see `guard.forwardFrom`. */
export const forwardingStackName = (stackName: string, region: string): string =>
  `${stackName}-forward-${region}`;

/** What the descriptions of all our stacks begin with. */
export const DESCRIPTION_PREFIX = 'Killswitch: ';

/** The description of a stack that forwards signals to a kill switch in that region. */
export const forwardingDescription = (home: string): string =>
  `${DESCRIPTION_PREFIX}forwards signals to ${home}.`;

/** A budget's name has 100 characters (Budgets API, BudgetName), and `all-in-` with a hash of eight follows. */
const LONGEST_BUDGET_PREFIX = 85;

/** What the names of a stack's budgets begin with: as `ownPrefix`, but only what would not fit is cut. */
export const budgetPrefix = (stackName: string): string => prefixWithin(LONGEST_BUDGET_PREFIX, stackName);
