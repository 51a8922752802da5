import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { errorFacts } from '../../core/model.ts';
import type { ServiceLimits } from '../../core/policy/api-limits.ts';
import type { Activity } from '../../core/signal.ts';
import { parseRecord } from '../../core/signals/activity.ts';
import type { SignalContext } from '../../core/signals/event.ts';
import type { Clients } from '../calls/clients.ts';
import { type Clock, systemClock } from '../clock.ts';
import { within } from '../time-limit.ts';
import { Collected } from './collected.ts';

/** One look into CloudTrail's event history: it can be asked for one name at a time. */
export interface TrailLook {
  /** As CloudTrail names it: `RunInstances`; see `ACTS`. */
  readonly eventName: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface ActsFound {
  readonly acts: readonly Activity[];
  /** Why there may be more: a refusal, a record that could not be read, too many of them. */
  readonly problem?: string;
}

/** Two look-ups a second, per account and region. Source: CloudTrail API, LookupEvents. The burst: assumption, the same. */
export const LIMITS: ServiceLimits = {
  service: 'CloudTrail',
  draw: (operation) =>
    operation === 'LookupEvents'
      ? { bucket: operation, refill: 2, capacity: 2, cost: 1, urgent: false }
      : undefined,
};

const LIMIT_MS = 10_000;
const PAGE = 50;
/** The newest come first. At two requests a second four pages take 2 s. */
const MOST_PAGES = 4;

/**
 * Acts that intruders begin with, of one name, where no rule reaches. Never throws: what could not be read is a
 * problem, told beside what was. CloudTrail delivers within 5 minutes on average, so `since` must reach further back
 * (CloudTrail User Guide, "How CloudTrail works"). IAM's and Account Management's calls are found in us-east-1.
 * Permission: cloudtrail:LookupEvents, allowed twice a second per account and region (CloudTrail API, LookupEvents).
 */
export async function findActs(
  clients: Clients,
  region: string,
  { eventName, since }: TrailLook,
  context: SignalContext,
  clock: Clock = systemClock,
): Promise<ActsFound> {
  const collected = new Collected<Activity>();
  const look = async (over: AbortSignal) => {
    clients.useLimits([LIMITS]);
    const client = clients.of(CloudTrailClient, region);
    let NextToken: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
        StartTime: new Date(since),
        MaxResults: PAGE,
        ...(NextToken ? { NextToken } : {}),
      });
      const answer = await client.send(query, { abortSignal: over });
      if (over.aborted) return;
      for (const { EventId = '', CloudTrailEvent = '' } of answer.Events ?? [])
        collected.read(() => parseRecord(JSON.parse(CloudTrailEvent), context, EventId));
      NextToken = answer.NextToken;
      if (!NextToken) return;
    }
    collected.failed(`more than ${MOST_PAGES * PAGE} records of ${eventName}: only the newest were read`);
  };
  await within(clock, LIMIT_MS, `CloudTrail in ${region}`, look).catch((thrown: unknown) => {
    collected.failed(errorFacts(thrown).error);
  });
  const { found: acts, problem } = collected;
  return problem === undefined ? { acts } : { acts, problem };
}
