import { ServiceError } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';

type SqsContext = Pick<ServiceContext, 'timeline' | 'random' | 'accountId'>;

interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  /** In ms since 1970. */
  readonly sentAt: number;
}

export interface Queue {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly url: string;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly retentionMs: number;
  /** When it last held or got a message, in ms since 1970; none for a queue that never did. */
  lastActiveAt?: number;
  readonly messages: QueuedMessage[];
}

/** The default of MessageRetentionPeriod, in seconds. Source: API_CreateQueue. */
const RETENTION_S = 345_600;

/** The queues of one account, as far as dead letters need them. A message stays until its retention is over. */
export class Sqs {
  /** Called after each message has arrived. */
  onMessage: ((queue: Queue) => void) | undefined;
  readonly #context: SqsContext;
  readonly #byArn = new Map<string, Queue>();

  constructor(context: SqsContext) {
    this.#context = context;
  }

  /** Does nothing for a name that exists. Source: API_CreateQueue. */
  create(region: string, name: string, retentionSeconds = RETENTION_S): Queue {
    const { accountId, timeline } = this.#context;
    const arn = `arn:aws:sqs:${region}:${accountId}:${name}`;
    const url = `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;
    const queue = this.#byArn.get(arn) ?? {
      ...{ name, region, arn, url, createdAt: timeline.now(), messages: [] },
      retentionMs: retentionSeconds * 1_000,
    };
    this.#byArn.set(arn, queue);
    return queue;
  }

  delete(queue: Queue): void {
    this.#byArn.delete(queue.arn);
  }

  find(arn: string): Queue | undefined {
    return this.#byArn.get(arn);
  }

  /** By name, in a region. */
  named(region: string, name: string): Queue | undefined {
    return this.#byArn.get(`arn:aws:sqs:${region}:${this.#context.accountId}:${name}`);
  }

  /** By its URL. @throws ServiceError QueueDoesNotExist. */
  require(url: string): Queue {
    for (const queue of this.#byArn.values()) if (queue.url === url) return queue;
    throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  /** Sends a message for an AWS service that gave something up. Without such a queue it is lost, as in AWS. */
  deadLetter(arn: string | undefined, content: unknown): void {
    const queue = arn === undefined ? undefined : this.#byArn.get(arn);
    if (!queue) return;
    const { timeline, random } = this.#context;
    queue.messages.push({ id: random.uuid(), body: JSON.stringify(content), sentAt: timeline.now() });
    queue.lastActiveAt = timeline.now();
    this.onMessage?.(queue);
  }

  /** The messages that somebody could receive now, the oldest first. */
  visible(queue: Queue): readonly QueuedMessage[] {
    const now = this.#context.timeline.now();
    const expired = queue.messages.findIndex(({ sentAt }) => sentAt + queue.retentionMs > now);
    const gone = queue.messages.splice(0, expired < 0 ? queue.messages.length : expired);
    const lastGone = gone.at(-1);
    if (lastGone) queue.lastActiveAt = lastGone.sentAt + queue.retentionMs;
    if (queue.messages.length > 0) queue.lastActiveAt = now;
    return queue.messages;
  }
}
