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

/** One look into CloudTrail's event history, which accepts one event name for each query. */
export interface TrailLook {
  /** As CloudTrail names it: `RunInstances`; see `ACTS`. */
  readonly eventName: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

export interface ActsFound {
  readonly acts: readonly Activity[];
  /** Why there may be more acts: a refusal, an unreadable record, too many records. */
  readonly problem?: string;
}

/** Two calls a second per account and region (CloudTrail API, LookupEvents). Assumption: capacity 2. */
export const LIMITS: ServiceLimits = {
  service: 'CloudTrail',
  draw: (operation) =>
    operation === 'LookupEvents'
      ? { bucket: operation, refill: 2, capacity: 2, cost: 1, urgent: false }
      : undefined,
};

const LIMIT_MS = 10_000;
const PAGE = 50;
/** The newest records come first. At two requests a second, four pages take 2 s. */
const MOST_PAGES = 4;

/**
 * Acts with one event name, such as intruders begin with, where no event rule reports them. Never rejects:
 * what could not be read is a problem beside the acts. CloudTrail delivers within 5 minutes on average, so
 * `since` must be earlier (CloudTrail User Guide, "How CloudTrail works"). Calls of IAM and Account
 * Management are in us-east-1. Permission: cloudtrail:LookupEvents.
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
