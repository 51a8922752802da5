import type { Finding } from '@aws-sdk/client-guardduty';
import { ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Events } from '../events/events.ts';

export interface GuardDutyContext extends Pick<ServiceContext, 'timeline' | 'random' | 'accountId'> {
  readonly events: Pick<Events, 'emit'>;
}

/** What GuardDuty finds; the simulation adds the rest of the finding. */
export type PlantedFinding = Partial<Finding> & { readonly Type: string; readonly Severity: number };

interface Detector {
  readonly id: string;
  readonly findings: Map<string, Finding>;
}

/** Hexadecimal digits of a detector's and a finding's id. Source: API_GetFindings. */
const ID_DIGITS = 32;

/** GuardDuty in one account: a detector in each region where somebody has turned it on. */
export class GuardDuty {
  readonly #context: GuardDutyContext;
  readonly #detectors = new Map<string, Detector>();

  constructor(context: GuardDutyContext) {
    this.#context = context;
  }

  /** Turns it on; does nothing where it is on. */
  enable(region: string): Detector {
    const detector = this.#detectors.get(region) ?? {
      id: this.#context.random.hex(ID_DIGITS),
      findings: new Map<string, Finding>(),
    };
    this.#detectors.set(region, detector);
    return detector;
  }

  detectorIn(region: string): Detector | undefined {
    return this.#detectors.get(region);
  }

  /** @throws ServiceError BadRequestException for a detector that is not this region's. */
  require(region: string, detectorId: string | undefined): Detector {
    const detector = this.#detectors.get(region);
    if (detector && detector.id === detectorId) return detector;
    throw new ServiceError(
      'BadRequestException',
      'The request is rejected because the input detectorId is not owned by the current account.',
    );
  }

  /**
   * GuardDuty finds something now, and says so on the region's default bus at once.
   * @throws Error where it is not turned on.
   */
  find(region: string, planted: PlantedFinding): Finding {
    const { accountId, events, random, timeline } = this.#context;
    const detector = this.#detectors.get(region);
    if (!detector) throw new Error(`GuardDuty is not turned on in ${region}`);
    const id = random.hex(ID_DIGITS);
    const at = new Date(timeline.now()).toISOString();
    const finding: Finding = {
      ...{ SchemaVersion: '2.0', AccountId: accountId, Region: region, Partition: 'aws', Id: id },
      Arn: `arn:aws:guardduty:${region}:${accountId}:detector/${detector.id}/finding/${id}`,
      ...{ Resource: {}, CreatedAt: at, UpdatedAt: at, Title: planted.Type, Description: planted.Type },
      ...planted,
      Service: {
        ...{ ServiceName: 'guardduty', DetectorId: detector.id, Count: 1, Archived: false },
        ...{ EventFirstSeen: at, EventLastSeen: at },
        ...planted.Service,
      },
    };
    detector.findings.set(finding.Id ?? id, finding);
    const detail = lowerCased(finding) as object;
    events.emit(region, { source: 'aws.guardduty', detailType: 'GuardDuty Finding', detail });
    return finding;
  }
}

/** Names of members as in the API's JSON. */
function lowerCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      lowerCased(part),
    ]),
  );
}
