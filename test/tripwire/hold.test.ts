import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FoundMark, IncidentMark } from '../../lambda/shell/journal/incident.ts';
import { type HeldRun, holdIncident, isHolder } from '../../lambda/tripwire/hold.ts';
import type { TickDeps } from '../../lambda/tripwire/tick-deps.ts';
import { HOME, MINUTE_MS, TickSetup } from './tick-setup.ts';

/** Lambda's time for a run, of which the containment has used some seconds, and what a look needs of it. */
const RUN_MS = 15 * MINUTE_MS - 20_000;
const LOOK_MS = 90_000;
const RUN = 'ks-1';

let setup: TickSetup;
beforeEach(() => {
  setup = new TickSetup();
});
afterEach(() => setup.stop());

const mark = (change: Partial<IncidentMark> = {}): IncidentMark => ({
  ...{ schemaVersion: 1, incident: RUN, openedAt: new Date(setup.now).toISOString(), triggers: [] },
  ...change,
});
const heldRun = (change: Partial<HeldRun> = {}): HeldRun => ({
  ...{ incident: RUN, run: RUN, startedAt: setup.now, hasChanged: true, isOneOfMany: false },
  ...change,
});
/** The schedule as it was deployed. */
const schedule = (State: 'ENABLED' | 'DISABLED') =>
  setup.account.scheduler.create(HOME, {
    ...{ Name: 'tick', ScheduleExpression: 'rate(5 minutes)', FlexibleTimeWindow: { Mode: 'OFF' }, State },
    Target: { Arn: `arn:aws:lambda:${HOME}:${setup.account.accountId}:function:none`, RoleArn: 'none' },
  });

interface Played {
  readonly everyMinutes?: number;
  readonly held?: Partial<HeldRun>;
  /** What the n-th look comes to, from 1 on: something is open, nothing is, or an error. */
  readonly look?: (n: number) => 'open' | 'calm' | 'fails' | 'fails, and has told so';
  readonly change?: Partial<TickDeps>;
}

/** @returns the minutes at which it looked, what it logged, and when it ended. */
async function hold({ everyMinutes = 5, held = {}, look = () => 'open', change = {} }: Played = {}) {
  const began = setup.now;
  const minutes = () => Math.round((setup.now - began) / MINUTE_MS);
  const at: number[] = [];
  const logged: string[] = [];
  const came = () => look(at.length);
  const log = (line: string) => void logged.push(line);
  const deps = setup.deps({ everyMinutes, log, ...change }, undefined, RUN_MS);
  const work = holdIncident(deps, heldRun(held), {
    look: async () => {
      at.push(minutes());
      if (came().startsWith('fails')) throw new Error('could not look at any region');
      return { keepsPace: came() === 'open' };
    },
    isFailureTold: () => came().endsWith('told so'),
    mayGoOn: (inMs) => began + RUN_MS - setup.now - inMs > LOOK_MS,
  });
  await setup.during(work);
  await setup.wait(1_000); // the mails arrive
  return { at, logged, ended: minutes() };
}
const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

describe('after a run that opened an incident', () => {
  beforeEach(() => setup.write('current.json', JSON.stringify(mark())));

  it.each([
    [1, [1]],
    [5, upTo(5)],
    // Lambda's time is over before the schedule's next call.
    [15, upTo(13)],
  ])('looks each minute, every %i minutes, and leaves the rest to the schedule', async (everyMinutes, at) => {
    schedule('ENABLED');
    expect(await hold({ everyMinutes })).toMatchObject({ at, logged: [] });
    expect(setup.mails).toEqual([]);
  });

  it('ends with the look that finds nothing open, such as after a restore', async () => {
    expect(await hold({ look: (n) => (n < 3 ? 'open' : 'calm') })).toMatchObject({ at: [1, 2, 3] });
    expect(setup.mails).toEqual([]);
  });

  it('goes on after a look that fails, which the log tells', async () => {
    schedule('ENABLED');
    const { at, logged } = await hold({ look: (n) => (n === 2 ? 'fails' : 'open') });
    expect(at).toEqual(upTo(5));
    expect(logged).toEqual([expect.stringMatching(/minutes after run ks-1 failed: .*could not look at any/)]);
    expect(setup.mails).toEqual([]);
  });

  it.each([
    ['fails', 1],
    ['fails, and has told so', 0],
  ] as const)('tells the owner once if the last look %s', async (outcome, mails) => {
    schedule('ENABLED');
    const { at } = await hold({ look: () => outcome });
    expect(at).toEqual(upTo(5));
    expect(setup.mails).toEqual(Array(mails).fill(expect.stringMatching(/itself needs you/)));
  });

  it.each([
    ['gone', () => {}, /could not check the schedule: ResourceNotFoundException/],
    ['disabled', () => schedule('DISABLED'), /the schedule tick is DISABLED: npx cdk deploy/],
  ] as const)('tells the owner if the schedule is %s, and looks on', async (_, prepare, problem) => {
    prepare();
    expect(await hold()).toMatchObject({ at: upTo(13), logged: [] });
    expect(setup.mails).toHaveLength(1);
    const [mail] = setup.account.sns.deliveries;
    expect(mail?.message).toMatch(problem);
    // At once, not when its time is over.
    expect(mail && setup.now - mail.at).toBeGreaterThan(7 * MINUTE_MS);
  });

  it('looks on also when nobody can be told', async () => {
    const notify = () => Promise.reject(new Error('every notification failed'));
    const { at, logged } = await hold({ change: { notify } });
    expect(at).toEqual(upTo(13));
    expect(logged).toEqual([
      expect.stringMatching(/could not notify: .*every notification failed: .*the schedule/),
    ]);
  });
});

describe('another run', () => {
  it('does not look on where an earlier one does', async () => {
    setup.write('current.json', JSON.stringify(mark({ incident: 'ks-0' })));
    expect(await hold({ held: { incident: 'ks-0' } })).toMatchObject({ at: [], ended: 0 });
  });
});

describe('the run that holds an incident', () => {
  const minutesAgo = (minutes: number) => new Date(setup.now - minutes * MINUTE_MS).toISOString();
  const joined = (minutes: number, change: Partial<HeldRun> = {}) =>
    isHolder(
      heldRun({ incident: 'ks-0', ...change }),
      { mark: mark({ incident: 'ks-0', openedAt: minutesAgo(minutes) }) },
      setup.now,
      5,
    );
  const own = (found: FoundMark, change: Partial<HeldRun> = {}) =>
    isHolder(heldRun(change), found, setup.now, 5);

  it('is the one that opened it, whatever woke it', () => {
    expect(own({ mark: mark() })).toBe(true);
    expect(own({ mark: mark() }, { isOneOfMany: true })).toBe(true);
  });

  it('is none where nothing is open: it found nothing to stop, or the owner has restored it', () => {
    expect(own({}, { hasChanged: false })).toBe(false);
    expect(own({ mark: mark({ closedAt: minutesAgo(0) }) })).toBe(false);
  });

  it('is none of those that come with the first', () => {
    expect([0, 0.5, 0.9].map((minutes) => joined(minutes))).toEqual([false, false, false]);
  });

  it('is one that Lambda repeats after a failure, until the schedule has come', () => {
    const again = { hasChanged: false };
    expect([1, 4.9, 5, 60].map((minutes) => joined(minutes, again))).toEqual([true, true, false, false]);
  });

  it('is one that had to stop something in an incident that was open for long', () => {
    expect([5, 60].map((minutes) => joined(minutes))).toEqual([true, true]);
  });

  it('is never one of the many that events cause', () => {
    expect([0, 1, 5, 60].map((minutes) => joined(minutes, { isOneOfMany: true }))).toEqual(
      Array(4).fill(false),
    );
  });

  it('is the one that has stopped something where the mark could not be written', () => {
    expect(own({}, { hasChanged: true })).toBe(true);
  });

  it('is the one that knows of no other where the mark cannot be read', () => {
    expect(own({ problem: 'garbage' })).toBe(true);
    expect(own({ problem: 'garbage' }, { incident: 'ks-0' })).toBe(false);
  });
});
