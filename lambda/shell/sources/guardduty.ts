import {
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
} from '@aws-sdk/client-guardduty';
import { errorFacts } from '../../core/model.ts';
import type { Threat } from '../../core/signal.ts';
import { parseFinding } from '../../core/signals/guardduty.ts';
import type { Clients } from '../calls/clients.ts';
import { type Clock, systemClock } from '../clock.ts';
import { within } from '../time-limit.ts';
import { Collected } from './collected.ts';

export interface ThreatsFound {
  readonly threats: readonly Threat[];
  /** Why there may be more threats: a refusal, an unreadable finding, too many findings. */
  readonly problem?: string;
  /** The region has no GuardDuty detector. */
  readonly isOff?: boolean;
}

const LIMIT_MS = 10_000;
/** Most ids for GetFindings, largest page of ListFindings. Source: GuardDuty API, both operations. */
const PAGE = 50;
/** The most severe come first. The limit keeps a flood of sample findings from delaying the tick. */
const MOST_PAGES = 10;

interface Place {
  readonly client: GuardDutyClient;
  readonly options: Clients['options'];
  readonly DetectorId: string;
}

/**
 * Findings about mining, stolen credentials or an attack, for regions without an event rule. Never rejects:
 * what could not be read is a problem beside the threats. ListFindings filters by whole types only, so
 * `parseFinding` selects the types. Permissions: guardduty:ListDetectors, ListFindings, GetFindings.
 * @param since only findings that were updated after it, in ms since 1970
 */
export async function findThreats(
  clients: Clients,
  region: string,
  since: number,
  account: string,
  clock: Clock = systemClock,
): Promise<ThreatsFound> {
  const collected = new Collected<Threat>();
  let isOff = false;
  const look = async (over: AbortSignal) => {
    const client = clients.of(GuardDutyClient, region);
    const options = { abortSignal: over };
    // An account has at most one detector in a region. Source: GuardDuty API, CreateDetector.
    const { DetectorIds: [DetectorId] = [] } = await client.send(new ListDetectorsCommand({}), options);
    isOff = DetectorId === undefined;
    if (DetectorId === undefined) return;
    for await (const finding of findings({ client, options, DetectorId }, since, collected)) {
      if (over.aborted) return;
      collected.read(() => parseFinding(namedAsInEvents(finding), account, new Date(since).toISOString()));
    }
  };
  await within(clock, LIMIT_MS, `GuardDuty in ${region}`, look).catch((thrown: unknown) => {
    collected.failed(errorFacts(thrown).error);
  });
  const { found: threats, problem } = collected;
  return {
    threats,
    ...(problem === undefined ? {} : { problem }),
    ...(isOff ? { isOff } : {}),
  };
}

/** The last page has an empty token. Source: GuardDuty API, ListFindings, sample response. */
async function* findings(
  { client, options, DetectorId }: Place,
  since: number,
  collected: Pick<Collected<Threat>, 'failed'>,
) {
  let NextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const listing = new ListFindingsCommand({
      DetectorId,
      FindingCriteria: { Criterion: { updatedAt: { GreaterThanOrEqual: since } } },
      SortCriteria: { AttributeName: 'severity', OrderBy: 'DESC' },
      MaxResults: PAGE,
      ...(NextToken ? { NextToken } : {}),
    });
    const listed = await client.send(listing, options);
    const FindingIds = listed.FindingIds ?? [];
    if (FindingIds.length > 0) {
      const { Findings = [] } = await client.send(
        new GetFindingsCommand({ DetectorId, FindingIds }),
        options,
      );
      yield* Findings;
    }
    NextToken = listed.NextToken;
    if (!NextToken) return;
  }
  collected.failed(`more than ${MOST_PAGES * PAGE} findings: only the most severe were read`);
}

/** Renames fields from the SDK's `AccessKeyId` to `accessKeyId`, as EventBridge names them. */
function namedAsInEvents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(namedAsInEvents);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      namedAsInEvents(inner),
    ]),
  );
}
