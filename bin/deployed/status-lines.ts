import { minute } from '../../lambda/core/calendar.ts';
import { allowedUsd } from '../../lambda/core/tripwire/allowance.ts';
import { ALARM_THRESHOLDS } from '../../lambda/core/verdict/budget.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import type { Status } from '../../lambda/engine/status.ts';
import type { TripwireStatus } from '../../lambda/engine/tripwire-status.ts';
import { section, table } from '../terminal/lines.ts';
import { type Answer, notSparedBy, sparedBy } from './function.ts';
import { type Link, linkLines } from './link.ts';
import type { DeployedStack } from './stack.ts';
import { alreadyOver, knownSpendUsd, tripwireRows } from './tripwire-lines.ts';

/** What is wrong with the deployed function's view of its budget and journal. */
export function budgetProblems({ mode, budget, problem }: Status): string[] {
  const problems: string[] = [];
  if (mode === 'dry-run')
    problems.push('its mode is dry-run: an alarm stops nothing. Set mode and npx cdk deploy');
  if (problem) problems.push(`its journal cannot be read: ${problem}`);
  if (!budget) return problems;
  const live = budget.evidence.budget;
  if ('unreadable' in live)
    problems.push(`its budget cannot be read (any alarm fires): ${live.unreadable}. npx cdk deploy`);
  for (const edit of budget.tampering)
    problems.push(`its budget was edited (any alarm fires): ${edit}. Look who did it, then npx cdk deploy`);
  return problems;
}

/**
 * The spend at which everything is stopped next: the first of Budgets' thresholds that is ahead of the spend and
 * not below what allowances and a restore have made of the limit. Undefined when none is left this month.
 */
export function nextFireUsd({
  limitUsd,
  firesAtUsd,
  evidence,
}: NonNullable<Status['budget']>): number | undefined {
  const actualUsd = 'unreadable' in evidence.budget ? 0 : evidence.budget.actualUsd;
  return ALARM_THRESHOLDS.map((percent) => (percent / 100) * limitUsd).find(
    (threshold) => threshold >= firesAtUsd && threshold > actualUsd,
  );
}

export interface Findings {
  readonly links: readonly Link[];
  readonly problems: readonly string[];
  readonly notSeen: readonly string[];
}

/** The whole status as text, at `now` in ms since 1970. */
export function statusLines(
  stack: DeployedStack,
  status: Answer,
  { links, problems, notSeen }: Findings,
  now: number,
): string {
  const rows = [
    ['stack', `${stack.name} in ${stack.region}, account ${stack.account}, ${stack.status}`],
    ['function', stack.functionName],
    ...('error' in status ? [['answers', `no: ${status.error}`]] : functionRows(status, now)),
    ['journal', `s3://${stack.journalBucket}`],
  ];
  return [
    table(rows).join('\n'),
    section('THE WAY FROM ALARM TO MAIL', linkLines(links)),
    section('NOT SEEN', notSeen),
    section('PROBLEMS', problems) || 'No problems found.',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function functionRows(status: Status, now: number): string[][] {
  const { mode, allow, budget, incident, tripwire } = status;
  const spared = sparedBy(allow);
  const own = allow.roles ?? []; // an earlier version has no such list
  return [
    ['mode', mode],
    ['spares', spared.length > 0 ? spared.join(', ') : 'nothing and nobody'],
    ...notSparedBy(allow).map((line) => ['', line]),
    ...(own.length > 0 ? [['own work', `of ${own.join(', ')}: raises no alert, and is spared nothing`]] : []),
    ...(budget ? budgetRows(budget, alreadyOver(status, now), tripwire, knownSpendUsd(status, now)) : []),
    ...tripwireRows(status, now),
    ['incident', describeIncident(incident)],
  ];
}

function budgetRows(
  budget: NonNullable<Status['budget']>,
  over: string | undefined,
  tripwire: TripwireStatus | undefined,
  spentUsd: number,
): string[][] {
  const live = budget.evidence.budget;
  const spent =
    'unreadable' in live
      ? 'spend unknown'
      : `${usd(live.actualUsd)} spent, as of Budgets' last look (8 to 24 h ago)`;
  return [
    ['budget', `${usd(budget.limitUsd)} a month, ${spent}`],
    ['fires next', over ?? firesNext(budget, tripwire)],
    ...(over === undefined && tripwire?.enabled ? [['or sooner', sooner(budget, tripwire, spentUsd)]] : []),
    ...(budget.lastMonth ? [['last month', lateMessage(budget.lastMonth)]] : []),
  ];
}

function firesNext(budget: NonNullable<Status['budget']>, tripwire: TripwireStatus | undefined): string {
  const next = nextFireUsd(budget);
  const why = raisedBy(budget, tripwire);
  if (!tripwire?.enabled)
    return next === undefined
      ? 'no threshold is left this month: watch it yourself: ./killswitch plan'
      : `when Budgets tells of ${usd(next)}${why}`;
  const message = next === undefined ? '' : `, and when Budgets tells of ${usd(next)}`;
  return `at ${usd(firesAt(budget, tripwire))} of this month's spend${why}, by the tripwire's estimate${message}`;
}

const firesAt = (budget: NonNullable<Status['budget']>, tripwire: TripwireStatus): number =>
  tripwire.memory?.firesAtUsd ?? budget.firesAtUsd;

/** The rate at which the tripwire does not wait for that. */
function sooner(budget: NonNullable<Status['budget']>, tripwire: TripwireStatus, spentUsd: number): string {
  const hours = tripwire.exhaustWithinHours;
  const rate = Math.max(0, firesAt(budget, tripwire) - spentUsd) / hours;
  return `when what runs reaches that within ${hours} h (${usd(rate)} an hour), and part of it is suspect`;
}

const lateMessage = ({ month, firesAtUsd }: { readonly month: string; readonly firesAtUsd: number }) =>
  `a late message about ${month} fires at ${usd(firesAtUsd)} of that month's spend`;

function raisedBy(budget: NonNullable<Status['budget']>, tripwire: TripwireStatus | undefined): string {
  const { firesAtUsd, limitUsd } = budget;
  if (tripwire && firesAt(budget, tripwire) > firesAtUsd) return ' (raised by its last fire)';
  if (firesAtUsd <= limitUsd) return '';
  const isRestored = firesAtUsd > limitUsd + allowedUsd(tripwire?.allowances ?? []);
  return ` (raised by ${isRestored ? 'the last restore' : 'your allowances'})`;
}

function describeIncident(incident: Status['incident']): string {
  if (!incident) return 'none';
  const state = incident.closedAt ? `restored ${minute(incident.closedAt)}` : 'not restored';
  return `${incident.incident}, opened ${minute(incident.openedAt)}, ${state}`;
}
