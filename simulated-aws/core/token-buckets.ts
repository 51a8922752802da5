import type { Timeline } from '../time/timeline.ts';
import { API_LIMITS, type ApiLimit } from './api-limits.ts';

/** A call as far as its limits are concerned. */
export interface LimitedCall {
  /** The signing name: `ec2`. */
  readonly service: string;
  readonly region: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Levels are thousandths of a token, so that whole refills a second stay exact at whole milliseconds. */
interface Bucket {
  level: number;
  filledAt: number;
}

const THOUSANDTHS = 1_000;

/**
 * The API request throttling of one account. A call draws on the first request limit that fits it and, beside that,
 * on the first resource limit; it needs tokens in both. Source: Request throttling for the Amazon EC2 API.
 */
export class TokenBuckets {
  readonly #timeline: Timeline;
  readonly #limits: readonly ApiLimit[];
  readonly #buckets = new Map<string, Bucket>();
  /** Which limits an operation could draw on, by `service/operation`: positions in `#limits`. */
  readonly #byOperation = new Map<string, readonly number[]>();

  constructor(timeline: Timeline, limits: readonly ApiLimit[] = API_LIMITS) {
    this.#timeline = timeline;
    this.#limits = limits;
  }

  /** Takes the tokens of this call and returns true; takes nothing and returns false when one bucket has too few. */
  take(call: LimitedCall): boolean {
    const draws = this.#drawsOf(call);
    if (draws.some(({ bucket, tokens }) => bucket.level < tokens)) return false;
    for (const { bucket, tokens } of draws) bucket.level -= tokens;
    return true;
  }

  #drawsOf(call: LimitedCall): { bucket: Bucket; tokens: number }[] {
    const fitting = this.#limitsOf(call).filter((at) => this.#limits[at]?.applies?.(call.input) ?? true);
    const first = (isResource: boolean) =>
      fitting.find((at) => (this.#limits[at]?.tokens !== undefined) === isResource);
    return [first(false), first(true)]
      .filter((at) => at !== undefined)
      .map((at) => {
        const limit = this.#limits[at] as ApiLimit;
        const tokens = limit.tokens?.(call.input) ?? 1;
        return { bucket: this.#bucketOf(at, limit, call), tokens: tokens * THOUSANDTHS };
      });
  }

  #limitsOf({ service, operation }: LimitedCall): readonly number[] {
    const key = `${service}/${operation}`;
    const known = this.#byOperation.get(key);
    if (known) return known;
    const found = this.#limits.flatMap((limit, at) =>
      limit.service === service && isFor(limit, operation) ? [at] : [],
    );
    this.#byOperation.set(key, found);
    return found;
  }

  /** The bucket with what has flowed into it since the last call. */
  #bucketOf(at: number, limit: ApiLimit, call: LimitedCall): Bucket {
    const place = limit.scope === 'region' ? call.region : '';
    const key = `${at}/${place}/${limit.shared ? '' : call.operation}`;
    const now = this.#timeline.now();
    const full = limit.capacity * THOUSANDTHS;
    const bucket = this.#buckets.get(key) ?? { level: full, filledAt: now };
    bucket.level = Math.min(full, bucket.level + (now - bucket.filledAt) * limit.refillPerSecond);
    bucket.filledAt = now;
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

const isFor = ({ operations }: ApiLimit, operation: string) =>
  operations instanceof RegExp ? operations.test(operation) : operations.includes(operation);
