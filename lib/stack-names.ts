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

/** Long enough for every name that is made of it: rules and schedules have 64 characters (PutRule, CreateSchedule). */
const LONGEST_PREFIX = 44;

/**
 * What the names of a stack's rules, alarms and schedule begin with: its own name and a hyphen; a stack's name has up to
 * 128 characters, so that a long one is cut and told apart by a hash.
 */
export function ownPrefix(stackName: string): string {
  if (stackName.length < LONGEST_PREFIX) return `${stackName}-`;
  const hash = createHash('sha256').update(stackName).digest('hex').slice(0, 8);
  return `${stackName.slice(0, LONGEST_PREFIX - hash.length - 2)}-${hash}-`;
}

/** The schedule that ticks, the only one of a stack. */
export const scheduleName = (stackName: string): string => `${ownPrefix(stackName)}tick`;

/** The stack in another region that forwards its signals to a kill switch, see `guard.forwardFrom`. */
export const forwardingStackName = (stackName: string, region: string): string =>
  `${stackName}-forward-${region}`;

/** What the descriptions of all our stacks begin with. */
export const DESCRIPTION_PREFIX = 'Killswitch: ';

/** What the names of a stack's budgets begin with. They are never cut. */
export const budgetPrefix = (stackName: string): string => `${stackName}-`;
