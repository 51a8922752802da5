import { DAY_MS, type OpenIncident } from './hobby-account.ts';
import type { PriceId, Usage } from './prices.ts';
import type { Recorded } from './recording.ts';
import type { StandingParts } from './standing-parts.ts';

export const MONTH_DAYS = 30;
const GB = 2 ** 30;
/** Assumption: what a call sends, with its session token, a TLS handshake of its own and the headers of TCP and IP. */
const BYTES_OF_CALL = 4_096;

/** What is counted as it happens, multiplied. */
function passing(recorded: Recorded, times: number): Usage {
  const { runs, gigabyteSeconds, ticks, calls, logBytes, deliveries, mails, deadLetters } = recorded;
  const { billed } = calls;
  return scaled(
    {
      'lambda-requests': runs,
      'lambda-duration': gigabyteSeconds,
      schedule: ticks,
      's3-get': billed['s3-get'] ?? 0,
      's3-put': billed['s3-put'] ?? 0,
      'log-ingested': logBytes / GB,
      // Alarms publish too, and each message is delivered once.
      'sns-requests': (billed['sns-requests'] ?? 0) + deliveries,
      'sns-mails': mails,
      'sqs-requests': (billed['sqs-requests'] ?? 0) + deadLetters,
      'cloudwatch-calls': billed['cloudwatch-calls'] ?? 0,
      'cost-explorer': billed['cost-explorer'] ?? 0,
      'region-transfer': (calls.elsewhere * BYTES_OF_CALL) / GB,
    },
    times,
  );
}

const scaled = (usage: Usage, times: number): Usage =>
  Object.fromEntries(Object.entries(usage).map(([id, quantity]) => [id, quantity * times]));

const daysOf = ({ ms }: Recorded): number => ms / DAY_MS;

/** A calm month of an old stack: whatever is kept for some days is there from all of those days. */
export function idleMonth(calm: Recorded, parts: StandingParts): Usage {
  const days = daysOf(calm);
  return {
    ...passing(calm, MONTH_DAYS / days),
    // Not compressed, as Logs would keep it.
    'log-stored': (calm.logBytes / days / GB) * parts.logDays,
    's3-stored': (calm.storedBytes / days / GB) * parts.versionDays,
    'alarm-metrics': parts.alarmMetrics,
    'action-budget-days': parts.actionBudgets * MONTH_DAYS,
  };
}

/** A month's calls, where a trail or GuardDuty that is not the stack's records them. */
export function recordedElsewhere({ calls, ms }: Recorded): Usage {
  const times = (MONTH_DAYS * DAY_MS) / ms;
  return scaled(
    {
      'trail-files': calls.trailFiles,
      'second-trail': calls.events,
      'guardduty-events': calls.events,
    },
    times,
  );
}

/** How many times the played rest of the incident fits into the rest of the day. */
const timesHeld = ({ opening, held }: OpenIncident): number => (DAY_MS - opening.ms) / held.ms;

/** A figure of an incident that stays open for a day. */
export const inOpenDay = (incident: OpenIncident, figure: (recorded: Recorded) => number): number =>
  figure(incident.opening) + figure(incident.held) * timesHeld(incident);

/** An incident that stays open for a day, with what it stores until that is deleted. */
export function openDay(incident: OpenIncident, parts: StandingParts): Usage {
  const months = (days: number) => days / MONTH_DAYS;
  const kept = (figure: (recorded: Recorded) => number) => inOpenDay(incident, figure) / GB;
  return {
    ...sum(passing(incident.opening, 1), passing(incident.held, timesHeld(incident))),
    'log-stored': kept(({ logBytes }) => logBytes) * months(parts.logDays),
    's3-stored': kept(({ storedBytes }) => storedBytes) * months(parts.versionDays),
  };
}

/** Of two usages of the same things. */
const sum = (one: Usage, other: Usage): Usage =>
  Object.fromEntries(
    (Object.entries(one) as [PriceId, number][]).map(([id, quantity]) => [id, quantity + (other[id] ?? 0)]),
  );
