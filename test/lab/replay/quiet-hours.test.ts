import { describe, expect, it } from 'vitest';
import { QuietHours } from '../../../lab/replay/defences/quiet-hours.ts';
import type { StackOutputs } from '../../../lab/simulation/killswitch-stack.ts';
import { SkippingHost } from '../../../lab/simulation/skipping-host.ts';
import { ALLOWANCES_KEY } from '../../../lambda/core/tripwire/allowance.ts';
import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { IDLE_HOST, type SimulatedFunction } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import { HOUR, MINUTE } from '../intruder/attacked-account.ts';

const TICK = { action: 'tick' };
const BUCKET = 'journal';
const LIMIT_USD = 50;
/** A look that found little: at this rate $40 last for 400 hours. */
const CALM = { level: 'calm', keepsPace: false, estimateUsd: 10, usdPerHour: 0.1 };

/** An account in the middle of a month in which nothing has happened for an hour. Budgets looks next in seven hours. */
function quiet(startsAt = Date.UTC(2026, 2, 10, 8, 5)) {
  const account = new SimulatedAccount({ startsAt, seed: 3 });
  account.s3.createBucket(BUCKET, 'us-east-1');
  const [web] = account.ec2.launch('us-east-1', { type: 't3.small', count: 1, launchedBy: 'owner' });
  const outputs = { JournalBucketName: BUCKET } as StackOutputs;
  const hours = new QuietHours({ account, outputs }, { skipsQuietHours: 6 }, () => LIMIT_USD, 24);
  const after = (ms: number) => account.timeline.advanceTo(account.timeline.now() + ms);
  const look = (payload: object = CALM) => hours.played(TICK, { payload, log: [] });
  hours.skips(TICK);
  after(HOUR);
  look();
  return { account, hours, after, look, web: web?.id ?? '', skips: () => hours.skips(TICK) };
}

describe('looks that are left out', () => {
  it('are those after a calm look, for the hours of the story', () => {
    const { skips, after } = quiet();
    after(5 * MINUTE);
    expect(skips()).toBe(true);
    after(5.8 * HOUR);
    expect(skips()).toBe(true);
    after(10 * MINUTE);
    expect(skips()).toBe(false);
  });

  it.each<[string, (setup: ReturnType<typeof quiet>) => void]>([
    ['a machine starts or stops', ({ account, web }) => account.ec2.stop(web)],
    [
      'Budgets has another figure',
      ({ account }) => {
        account.ledger.book({ service: 'EC2', region: 'us-east-1', owner: 'owner' }, 1);
        account.budgets.refresh();
      },
    ],
    ['an allowance is written', ({ account }) => account.s3.put(BUCKET, ALLOWANCES_KEY, Buffer.from('{}'))],
    ['an incident is marked', ({ account }) => account.s3.put(BUCKET, 'current.json', Buffer.from('{}'))],
    ['a message woke the function', ({ hours }) => hours.played({ Records: [] }, { payload: CALM, log: [] })],
  ])('are none when %s', (_, change) => {
    const setup = quiet();
    change(setup);
    setup.after(5 * MINUTE);
    expect(setup.skips()).toBe(false);
    setup.look();
    setup.after(10 * MINUTE);
    expect(setup.skips()).toBe(true);
  });

  it.each([
    ['warned', { ...CALM, level: 'warn' }],
    ['goes on each minute', { ...CALM, keepsPace: true }],
    ['is 26 hours from the limit, of which 24 warn, and two have passed', { ...CALM, estimateUsd: 47.4 }],
    ['is past the limit', { ...CALM, estimateUsd: 51, usdPerHour: 0 }],
    ['says nothing of money', { level: 'calm', keepsPace: false }],
  ])('are none where the last look %s', (_, payload) => {
    const { skips, after, look } = quiet();
    look(payload);
    after(2.1 * HOUR);
    expect(skips()).toBe(false);
  });

  it('are none after a look that failed', () => {
    const { skips, after, hours } = quiet();
    hours.played(TICK, { error: { errorType: 'Error', errorMessage: 'x' }, log: [] });
    after(10 * MINUTE);
    expect(skips()).toBe(false);
  });

  it('are none around the turn of a month', () => {
    const { skips, after, look } = quiet(Date.UTC(2026, 2, 31, 21));
    after(30 * MINUTE);
    expect(skips()).toBe(true);
    after(HOUR);
    expect(skips()).toBe(false);
    after(HOUR);
    look();
    after(10 * MINUTE);
    expect(skips()).toBe(false);
    after(HOUR);
    look();
    after(10 * MINUTE);
    expect(skips()).toBe(true);
  });

  it('are answered at once, and every other run is played', async () => {
    const seen: unknown[] = [];
    const skipping = {
      skips: (event: unknown) => event === TICK,
      played: (event: unknown) => void seen.push(event),
    };
    const host = new SkippingHost(IDLE_HOST, skipping);
    const message = { Records: [] };
    for (const event of [TICK, message])
      await host.run({} as SimulatedFunction, { requestId: '1', event, environment: {} }).ended;
    expect([seen, host.counts]).toEqual([[message], { played: 1, skipped: 1 }]);
  });
});
