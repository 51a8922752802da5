import { afterEach, describe, expect, it } from 'vitest';
import { deployInProcess, type InProcessDeployment } from '../../lab/simulation/deployment.ts';
import { monthStart } from '../../lambda/core/calendar.ts';
import { PRICES_KEY } from '../../lambda/core/prices/prices.ts';
import { ALLOWANCES_KEY } from '../../lambda/core/tripwire/allowance.ts';
import { freshMemory, MEMORY_KEY } from '../../lambda/core/tripwire/memory.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STARTS_AT = Date.UTC(2026, 0, 20, 1);
const LIMIT_USD = 50;
const HOME = 'us-east-1';
/** What the attack costs in two ticks, and what is rounded. */
const TWO_TICKS_USD = 4;
/** How often the intruder writes: before each tick, and again. */
const WRITES_MS = 2.5 * MINUTE_MS;
const MOST_HOURS = 8;

let deployment: InProcessDeployment;
afterEach(() => deployment.stop());

const iso = (ms: number) => new Date(ms).toISOString();
/** A memory that has just begun: what runs is then nobody's burst, and only the estimate is left to see it. */
const begun = (now: number, change: object = {}) => ({ ...freshMemory(now), writtenAt: now, ...change });

/** Objects that an intruder with admin rights writes, again and again; undefined: he deletes one. */
type Forgery = (now: number) => Readonly<Record<string, unknown>>;
const memory =
  (change: (now: number) => object): Forgery =>
  (now) => ({ [MEMORY_KEY]: begun(now, change(now)) });
const mark =
  (change: (now: number) => object): Forgery =>
  (now) => ({
    [MEMORY_KEY]: begun(now),
    'current.json': {
      ...{ schemaVersion: 1, incident: 'ks-forged', openedAt: iso(now - HOUR_MS), triggers: [] },
      ...change(now),
    },
  });
const allowances = (now: number) => ({
  schemaVersion: 1,
  allowances: Array.from({ length: 300 }, (_, n) => ({
    ...{ id: `a-${n}`, usd: 1e6, region: n % 2 ? HOME : 'eu-west-1', reason: 'work' },
    from: iso(STARTS_AT - HOUR_MS),
    until: iso(now + 400 * DAY_MS),
  })),
});
const prices = (now: number, usdPerHour: number) => ({
  schemaVersion: 1,
  regions: { [HOME]: { 'c5.24xlarge': { at: now, usdPerHour } } },
});
const everywhere = (text: string) =>
  Object.fromEntries([MEMORY_KEY, ALLOWANCES_KEY, PRICES_KEY, 'current.json'].map((key) => [key, text]));

/** $20 an hour at home, where only the estimate tells it from the owner's own. */
async function attacked(): Promise<void> {
  deployment = await deployInProcess({
    settings: { email: 'owner@example.com', monthlyBudgetUsd: LIMIT_USD, allow: { none: true } },
    // Budgets looks at the bill once a day: what is proved here is the tripwire's doing.
    account: { startsAt: STARTS_AT, budgets: { everyHours: 24 } },
    endpoint: { keepCalls: 0, latency: () => 100 },
  });
  deployment.account.ec2.launch(HOME, { type: 'c5.24xlarge', count: 5, launchedBy: 'intruder' });
}
const isUp = () =>
  [...deployment.account.ec2.instances()].some(({ state }) => state === 'running' || state === 'pending');

/** He writes on until nothing runs any more. @returns what the month has cost by then */
async function costsUsd(forgery: Forgery): Promise<number> {
  const { account, conductor, outputs } = deployment;
  const bucket = outputs.JournalBucketName;
  const { timeline, s3, ledger } = account;
  while (isUp() && timeline.now() < STARTS_AT + MOST_HOURS * HOUR_MS) {
    for (const [key, value] of Object.entries(forgery(timeline.now()))) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      if (value === undefined) s3.delete(bucket, key);
      else if (text !== s3.find(bucket, key)?.body.toString()) s3.put(bucket, key, Buffer.from(text));
    }
    await conductor.runTo(timeline.now() + WRITES_MS);
  }
  return isUp() ? Number.POSITIVE_INFINITY : ledger.usdBetween(monthStart(timeline.now()), timeline.now());
}
/** Runs that threw, or that their time ended. */
const failures = () =>
  deployment.account.functions.attempts.flatMap(({ error }) => error?.errorMessage ?? []);
const isTold = () => deployment.account.sns.deliveries.some(({ protocol }) => protocol === 'email');

describe('an intruder at home who writes into the bucket before each tick', () => {
  it.each<readonly [string, Forgery]>([
    ['a memory that has just begun', memory(() => ({}))],
    [
      'nothing, and deletes everything',
      () => ({ [MEMORY_KEY]: undefined, [ALLOWANCES_KEY]: undefined, [PRICES_KEY]: undefined }),
    ],
    ['garbage everywhere', () => everywhere('<html>{')],
    ['5 MB everywhere', () => everywhere(`"${'x'.repeat(5_000_000)}"`)],
    [
      'a memory of the future',
      memory((now) => ({ since: now + 400 * DAY_MS, actual: { usd: 0, at: now + 400 * DAY_MS } })),
    ],
    [
      'rates without bounds',
      memory((now) => ({ samples: [1, 1].map(() => ({ at: now - 1, rates: { a: 1.7e308, b: 1.7e308 } })) })),
    ],
    [
      'that such rates are usual',
      memory((now) => ({
        samples: [
          { at: now - 3 * DAY_MS, rates: { [HOME]: 1e5 } },
          { at: now - 3 * DAY_MS + 1, rates: {} },
        ],
      })),
    ],
    [
      'that every signal is known, and that it has looked at itself',
      memory((now) => ({ signals: Array.from({ length: 5_000 }, (_, n) => `s-${n}`), checkedAt: now })),
    ],
    ['prices of nothing', (now) => ({ [MEMORY_KEY]: begun(now), [PRICES_KEY]: prices(now, 0) })],
    ['an incident about a key', mark(() => ({ only: 'keys' }))],
    ['an incident that was closed just now', mark((now) => ({ closedAt: iso(now) }))],
    [
      'an incident that will be closed',
      mark((now) => ({ closedAt: iso(now + 400 * DAY_MS), restoredUsd: { [iso(now).slice(0, 7)]: 1e9 } })),
    ],
    ['an incident that will be opened', mark((now) => ({ openedAt: iso(now + 400 * DAY_MS) }))],
  ])('%s: is contained when the estimate reaches the limit', async (_, forgery) => {
    await attacked();
    const usd = await costsUsd(forgery);
    expect(usd).toBeLessThan(LIMIT_USD + TWO_TICKS_USD);
    expect(failures()).toEqual([]);
    expect(isTold()).toBe(true);
  });

  it.each<readonly [string, Forgery]>([
    [
      'that it has fired for a billion',
      memory((now) => ({ said: { limitUsd: LIMIT_USD, firedAt: now, firedUsd: 1e9 } })),
    ],
    ['allowances by the hundred', (now) => ({ [MEMORY_KEY]: begun(now), [ALLOWANCES_KEY]: allowances(now) })],
    ['half the price', (now) => ({ [MEMORY_KEY]: begun(now), [PRICES_KEY]: prices(now, 1e-9) })],
    [
      'both a fire and allowances',
      (now) => ({
        [MEMORY_KEY]: begun(now, { said: { limitUsd: LIMIT_USD * 1.5, firedAt: now, firedUsd: 1e9 } }),
        [ALLOWANCES_KEY]: allowances(now),
      }),
    ],
  ])('%s: is contained at twice the limit at the very most', async (_, forgery) => {
    await attacked();
    const usd = await costsUsd(forgery);
    expect(usd).toBeGreaterThan(LIMIT_USD);
    expect(usd).toBeLessThan(2 * LIMIT_USD + TWO_TICKS_USD);
    expect(failures()).toEqual([]);
  });

  it('an open incident: is stopped by the next tick, for that is what an open incident means', async () => {
    await attacked();
    expect(await costsUsd(mark(() => ({})))).toBeLessThan(2 * TWO_TICKS_USD);
  });
});

describe('an intruder at home who is at what a tick asks', () => {
  const definition = () => deployment.account.budgets.require(deployment.outputs.BudgetName).definition;
  const trouble = (kind: 'access-denied' | 'hang' | 'throttle', ...services: string[]) =>
    deployment.endpoint.rules.add({ when: ({ service }) => services.includes(service), fault: { kind } });

  it.each<readonly [string, () => unknown]>([
    [
      'raises the budget',
      () => Object.assign(definition(), { BudgetLimit: { Amount: '1000000', Unit: 'USD' } }),
    ],
    [
      'lets it count something else',
      () => Object.assign(definition(), { CostFilters: { Service: ['AmazonGlacier'] } }),
    ],
    ['deletes it', () => deployment.account.budgets.budgets.clear()],
    ['closes it', () => trouble('access-denied', 'budgets')],
    ['lets it hang', () => trouble('hang', 'budgets')],
    ['closes the bucket', () => trouble('access-denied', 's3')],
    ['lets the bucket hang', () => trouble('hang', 's3')],
    ['uses up what may be asked', () => trouble('throttle', 'budgets', 'guardduty', 'cloudtrail')],
  ])('and %s: is contained when the estimate reaches the limit, and said', async (_, act) => {
    await attacked();
    await deployment.conductor.runTo(STARTS_AT + MINUTE_MS);
    act();
    const usd = await costsUsd(memory((now) => ({ actual: { usd: 0, at: now } })));
    expect(usd).toBeLessThan(LIMIT_USD + TWO_TICKS_USD);
    expect(failures()).toEqual([]);
    expect(isTold()).toBe(true);
  });
});
