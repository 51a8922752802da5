import type { ServiceContext } from '../../core/service-context.ts';
import type { Events } from '../events/events.ts';

export interface HealthContext extends Pick<ServiceContext, 'timeline' | 'random' | 'accountId'> {
  readonly events: Pick<Events, 'emit'>;
}

/** What AWS reports to the account. */
export interface HealthReport {
  /** `AWS_RISK_CREDENTIALS_EXPOSED`. */
  readonly eventTypeCode: string;
  /** `RISK` by default. */
  readonly service?: string;
  /** `issue` by default. */
  readonly eventTypeCategory?: 'issue' | 'accountNotification' | 'scheduledChange' | 'investigation';
  /** Where it happens; `global` by default. */
  readonly region?: string;
  /** Access key ids, ARNs. */
  readonly entities?: readonly string[];
  readonly description?: string;
}

const GLOBAL_REGION = 'us-east-1';

/** AWS Health in one account. It reports over EventBridge; its own API is not simulated. */
export class Health {
  readonly #context: HealthContext;

  constructor(context: HealthContext) {
    this.#context = context;
  }

  /**
   * Reports to the region that it is about, and to that region's backup. Sources: Health user guide, "Creating
   * EventBridge rules for AWS Region coverage" and "Reference: AWS Health events Amazon EventBridge schema".
   */
  report(report: HealthReport): void {
    const { accountId, events, random, timeline } = this.#context;
    const { eventTypeCode, service = 'RISK', eventTypeCategory = 'issue', region = 'global' } = report;
    const { entities = [], description = eventTypeCode } = report;
    const home = region === 'global' ? GLOBAL_REGION : region;
    const backup = home === 'us-west-2' ? 'us-east-1' : 'us-west-2';
    const id = random.uuid();
    const now = new Date(timeline.now()).toUTCString();
    const arn = `arn:aws:health:${region}::event/${service}/${eventTypeCode}/${eventTypeCode}_${id}`;
    for (const place of [home, backup])
      events.emit(place, {
        ...{ source: 'aws.health', detailType: 'AWS Health Event', resources: entities },
        detail: {
          ...{ eventArn: arn, service, communicationId: id, eventTypeCode, eventTypeCategory },
          ...{ eventScopeCode: 'ACCOUNT_SPECIFIC', eventRegion: region, statusCode: 'open' },
          ...{ startTime: now, lastUpdatedTime: now, affectedAccount: accountId, page: '1', totalPages: '1' },
          eventDescription: [{ language: 'en_US', latestDescription: description }],
          affectedEntities: entities.map((entityValue) => ({ entityValue })),
          backupEvent: String(place === backup),
        },
      });
  }
}
