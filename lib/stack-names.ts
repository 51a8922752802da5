import { createHash } from 'node:crypto';

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
