import { afterEach, describe, expect, it } from 'vitest';
import { HOME, MINUTE, type OwnAccount, ownAccount } from '../e2e/own-account.ts';
import { exposedKey } from '../e2e/signal-events.ts';

const SECOND = 1_000;
const REGION = 'eu-west-1';
/** A run of these takes half a minute; one that holds takes minutes. */
const SHORT_MS = 1.5 * MINUTE;

let own: OwnAccount;
afterEach(async () => {
  await own.stop();
  own.refuseDefects();
});

/** Half a minute after a call of the schedule, with machines of somebody else in it. */
async function justLookedAt(everyMinutes: 5 | 15) {
  own = await ownAccount({ tripwire: { everyMinutes } });
  await own.live((everyMinutes - 2) * MINUTE);
  own.account.ec2.launch(REGION, { type: 't3.micro', count: 3, launchedBy: 'stranger' });
  await own.live(30 * SECOND);
}

/** Launches a machine, as a role's session could that outlives the fire. @returns seconds for which it ran */
async function relaunched(): Promise<number> {
  const { ec2, timeline } = own.account;
  const from = timeline.now();
  const [machine] = ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'stranger' });
  let until = Number.POSITIVE_INFINITY;
  ec2.onState((changed, state) => {
    if (state === 'stopping' && changed.some(({ id }) => id === machine?.id)) until = timeline.now();
  });
  await own.live(16 * MINUTE);
  return (until - from) / SECOND;
}

/** What the owner has spent, as Budgets sees it; it sends a message for each threshold. */
function spends(usd: number) {
  own.account.ledger.book({ service: 'EC2', region: HOME, owner: 'owner' }, usd);
  own.account.budgets.refresh();
}
const order = (hold: object) =>
  own.account.functions.invokeAsync(own.outputs.FunctionName, { action: 'fire', ...hold });
/** Subjects of the mails, without the first alarm of each new stack. */
const told = () => own.mails().flatMap(({ subject }) => (/heartbeat/.test(subject) ? [] : subject));
const FIRED = expect.stringMatching(/FIRED: account is clean/);
/** Runs of the function that something else than the schedule caused, and how long they took. */
const runs = () =>
  own.account.functions.invocations.flatMap(({ event, attempts }) =>
    JSON.stringify(event).includes('"tick"') ? [] : attempts,
  );
const holding = () => runs().filter(({ startedAt, endedAt }) => endedAt - startedAt > SHORT_MS);

describe.each<readonly [string, () => unknown]>([
  ["Budgets' message", () => spends(55)],
  ['an order that nobody waits for', () => order({ hold: true })],
])('after a fire by %s', (_, fire) => {
  it.each([5, 15] as const)(
    'a machine that is launched then runs for a minute at most, every %i minutes',
    async (everyMinutes) => {
      await justLookedAt(everyMinutes);
      fire();
      await own.live(70 * SECOND);
      // It was 201 s and 801 s: until the schedule's next call.
      expect(await relaunched()).toBeLessThan(65);
      expect(told()).toEqual([FIRED, FIRED]);
      expect(runs().map(({ error }) => error)).toEqual([undefined]);
    },
  );
});

describe('nobody looks on', () => {
  it('where a person waits for the answer: the report comes at once', async () => {
    await justLookedAt(15);
    const { functions } = own.account;
    const work = functions.invoke(own.outputs.FunctionName, { action: 'fire' });
    const { startedAt, endedAt, payload } = await own.conductor.runUntil(work);
    expect(payload).toMatchObject({ acted: true, clean: true });
    expect(endedAt - startedAt).toBeLessThan(MINUTE);
  });

  it('but one of the six that one spike wakes, so that a new account has runs left for the rest', async () => {
    await justLookedAt(5);
    spends(300);
    await own.live(7 * MINUTE);
    expect(runs()).toHaveLength(6);
    expect(holding()).toHaveLength(1);
    expect(told()).toEqual([FIRED]);
  });
});

describe('while it looks on', () => {
  it('a run that Lambda repeats after its end looks on instead, and mails once', async () => {
    await justLookedAt(15);
    const invocation = order({ hold: true });
    await own.live(10 * SECOND);
    invocation.running?.kill();
    await own.live(2 * MINUTE);
    expect(await relaunched()).toBeLessThan(65);
    expect(invocation.attempts.map(({ error }) => error?.errorType)).toEqual([
      'Runtime.ExitError',
      undefined,
    ]);
    // The killed run had stopped the machines. Of both runs, and of the relaunch, there is one mail each at most.
    expect(told().filter((subject) => /FIRED/.test(subject))).toEqual([
      expect.stringMatching(/FIRED: nothing was left to stop, account is clean/),
      FIRED,
    ]);
  });

  it('looks that fail do not make Lambda repeat the fire; the owner is told once', async () => {
    await justLookedAt(15);
    spends(55);
    await own.live(MINUTE);
    expect(told()).toEqual([FIRED]);
    own.endpoint.rules.add({ when: { operation: 'DescribeInstances' }, fault: { kind: 'access-denied' } });
    await own.live(13.4 * MINUTE);
    expect(runs().map(({ error }) => error)).toEqual([undefined]);
    expect(told()).toEqual([FIRED, expect.stringMatching(/the kill switch itself needs you/)]);
    expect(own.mails().at(-1)?.text).toMatch(/in the minutes after run .* failed: .*could not look at any/);
  });

  it('an intruder who disables the schedule is told of, and gains some minutes more', async () => {
    await justLookedAt(5);
    const { scheduler } = own.account;
    const [schedule] = scheduler.in(HOME);
    if (!schedule) throw new Error('there is no schedule');
    scheduler.update(HOME, { ...schedule.definition, State: 'DISABLED' });
    spends(55);
    await own.live(7 * MINUTE);
    expect(own.mails().at(-1)?.text).toMatch(/the schedule .* is DISABLED: npx cdk deploy/);
    expect(await relaunched()).toBeLessThan(65);
    const [run] = holding();
    expect(run && (run.endedAt - run.startedAt) / MINUTE).toBeGreaterThan(13);
    expect(run?.error).toBeUndefined();
  });

  it('a restore ends it', async () => {
    await justLookedAt(15);
    spends(55);
    await own.live(2 * MINUTE);
    const key = 'current.json';
    const closed = {
      ...(own.read(key) as object),
      closedAt: new Date(own.account.timeline.now()).toISOString(),
    };
    own.account.s3.put(
      own.outputs.JournalBucketName,
      key,
      Buffer.from(JSON.stringify({ ...closed, restoredUsd: { '2026-01': 55 } })),
    );
    await own.live(2 * MINUTE);
    expect(runs()).toHaveLength(1);
    expect(told()).toEqual([FIRED]);
  });
});

describe('a key that AWS reports as exposed', () => {
  it('is followed by a look each minute, and another signal by one look', async () => {
    await justLookedAt(15);
    const before = own.looks().length;
    own.account.events.emit(HOME, exposedKey(own.stranger.accessKeyId));
    await own.live(10 * SECOND);
    own.account.events.emit(HOME, exposedKey(own.owner.accessKeyId));
    await own.live(6 * MINUTE);
    // Two events, and five of the minutes after the first, which begin when its key is locked out.
    expect(own.looks().length - before).toBe(2 + 5);
    expect(holding()).toHaveLength(0); // it goes on
    await own.live(10 * MINUTE);
    expect(holding()).toHaveLength(1);
  });
});

describe('a scheduled look that fails', () => {
  it('does not tell anew what an earlier look of the same run has reported', async () => {
    await justLookedAt(5);
    order({});
    await own.live(3 * MINUTE);
    own.account.ec2.launch(REGION, { type: 't3.micro', count: 1, launchedBy: 'stranger' });
    await own.live(2 * MINUTE);
    expect(told()).toEqual([FIRED, FIRED]);
    own.endpoint.rules.add({ when: { operation: 'DescribeInstances' }, fault: { kind: 'access-denied' } });
    await own.live(MINUTE);
    expect(told()).not.toContainEqual(expect.stringMatching(/BROKE HALF WAY/));
    expect(own.account.functions.attempts.at(-1)?.error?.errorMessage).toMatch(
      /could not look at any region/,
    );
  });
});
