import * as v from 'valibot';
import { changeOf } from '../../lambda/core/model.ts';
import type { Named } from '../../lambda/core/policy/undo.ts';
import { userName } from '../../lambda/core/setting-fields.ts';
import type { IncidentRecords } from '../../lambda/shell/journal/incident-records.ts';
import { say } from '../terminal/console.ts';
import { section, table } from '../terminal/lines.ts';
import { deniedUsers, planOf } from './named-only.ts';

/** Says which users an incident denied, and which of them come back. @returns the names of those who do not. */
export function showDenied(records: IncidentRecords, named: Named): string[] {
  const comesBack = new Set(planOf(records, named).map(changeOf));
  const denied = deniedUsers(records).map((action) => ({
    user: action.id,
    isLifted: comesBack.has(changeOf(action)),
  }));
  const rows = denied.map(({ user, isLifted }) => [user, isLifted ? 'COMES BACK' : 'stays denied']);
  if (rows.length > 0) say(section('USERS that were denied', table(rows)));
  return [...new Set(denied.flatMap(({ user, isLifted }) => (isLifted ? [] : user)))];
}

/**
 * The next step where only users stay denied.
 * @param denied from the journal: an intruder may have written it, and what is no name must not reach a shell
 * @param again the command that was run
 */
export function userHint(denied: readonly string[], again: string): string {
  const names = denied.filter((each) => v.is(userName, each));
  const [first] = names;
  if (first === undefined) return `Users are still denied. To see them: ${again} --dry-run`;
  const some = names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  return `Still denied: ${some}. For a user of yours: ${again} --user ${first}`;
}
