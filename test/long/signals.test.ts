import { afterEach, describe, expect, it } from 'vitest';
import type { EmittedEvent } from '../../simulated-aws/services/events/event-record.ts';
import { HOME, MINUTE, type OwnAccount, ownAccount } from '../e2e/own-account.ts';
import { costAnomaly, createdUser, exposedKey, launchedBy, mining } from '../e2e/signal-events.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
/** When the heartbeat's first alarm, which each new stack has, is over. */
const CALM_MS = 5 * MINUTE;
/** $3.40 an hour: the limit is 15 hours away. */
const SOME = { type: 'c5.4xlarge', count: 5, launchedBy: 'stranger' };

let own: OwnAccount;
afterEach(async () => {
  await own.stop();
  own.refuseDefects();
});

/** A day as any other, with nothing in the mailbox. */
async function onCalmDay(): Promise<OwnAccount> {
  own = await ownAccount();
  await own.live(CALM_MS);
  return own;
}

/** What came since that calm. */
const told = () => own.mails().filter(({ subject }) => !subject.includes('Killswitch-heartbeat'));
const incidents = () => [...new Set(own.kept('incidents/').map((key) => key.split('/')[1]))];
const machines = () => [...own.account.ec2.instances()].map(({ state }) => state);
const keys = () =>
  Object.fromEntries(
    [...own.account.iam.users()].map(({ name, keys: [key], attachedPolicies }) => [
      name,
      `${key?.status}${attachedPolicies.includes(DENY_ALL) ? ', denied' : ''}`,
    ]),
  );
const UNTOUCHED = { owner: 'Active', stranger: 'Active' };
/** EventBridge delivers at least once: the last event that the function was given, again. */
const redeliver = () => {
  const last = own.account.functions.invocations.findLast(({ event }) => 'detail-type' in Object(event));
  own.account.functions.invokeAsync(own.outputs.FunctionName, last?.event);
};

describe('a key that AWS itself reports as exposed', () => {
  it('is locked out although it is on the allowlist, and nothing else is touched', async () => {
    const { account, live, read, kept, owner } = await onCalmDay();
    account.events.emit(HOME, exposedKey(owner.accessKeyId));
    await live(MINUTE);
    expect(keys()).toEqual({ owner: 'Inactive, denied', stranger: 'Active' });
    expect(machines()).toEqual(['running']);
    expect(told().map(({ subject }) => subject)).toEqual([
      expect.stringContaining('EXPOSED KEY locked out, nothing else was touched'),
    ]);
    expect(told()[0]?.text).toContain(`AWS has found the access key ${owner.accessKeyId} in a public place`);
    const [incident] = incidents();
    expect(read('current.json')).toMatchObject({ incident, only: 'keys' });
    expect(read('current.json')).not.toHaveProperty('closedAt');
    const journal = kept('runs/').filter((key) => key.endsWith('.jsonl'));
    const records = journal
      .flatMap((key) => own.text(key).trim().split('\n'))
      .map((line) => JSON.parse(line));
    expect(records).toMatchObject([
      { incident, kind: 'iam-user', id: 'owner', verb: 'deny', before: { boundary: null } },
      { incident, kind: 'iam-access-key', id: owner.accessKeyId, verb: 'disable', before: { user: 'owner' } },
    ]);

    // Once more the same, and then AWS's own repetition under another id.
    redeliver();
    await live(MINUTE);
    account.events.emit(HOME, exposedKey(owner.accessKeyId));
    await live(MINUTE);
    expect(incidents()).toEqual([incident]);
    expect(keys()).toEqual({ owner: 'Inactive, denied', stranger: 'Active' });
    expect(machines()).toEqual(['running']);
    expect(told()).toHaveLength(1);
  });

  it('opens the incident that a fire joins later, and any signal after it', async () => {
    const { account, live, read, owner, stranger } = await onCalmDay();
    account.events.emit(HOME, exposedKey(owner.accessKeyId));
    await live(MINUTE);
    const [incident] = incidents();
    account.ec2.launch('eu-west-3', { type: 'g4dn.xlarge', count: 20, launchedBy: 'stranger' });
    await live(5 * MINUTE);
    expect(machines()).toEqual(['running', ...Array(20).fill('stopped')]);
    expect(keys()).toEqual({ owner: 'Inactive, denied', stranger: 'Inactive, denied' });
    expect(read('current.json')).toMatchObject({ incident });
    expect(read(`claims/whole-${incident}.json`)).toBeDefined();
    expect(told().map(({ subject }) => subject.replace(/^Killswitch \d+: /, ''))).toEqual([
      expect.stringContaining('EXPOSED KEY locked out'),
      'FIRED: account is clean',
    ]);

    for (const event of [mining(own), exposedKey(stranger.accessKeyId), createdUser(own, 'stranger')])
      account.events.emit(HOME, event);
    await live(3 * MINUTE);
    expect(incidents()).toEqual([incident]);
    expect(machines()).toEqual(['running', ...Array(20).fill('stopped')]);
  });
});

type Row = readonly [string, (account: OwnAccount) => EmittedEvent, RegExp];
const ACT: Row = [
  'a user made by a stranger',
  (account) => createdUser(account, 'stranger'),
  /unusual activity/,
];
const SUSPICIOUS: readonly Row[] = [
  ['a GuardDuty finding of mining', (account) => mining(account), /GuardDuty reports a threat/],
  ['a cost anomaly', () => costAnomaly(), /AWS reports a cost anomaly/],
];

describe.each([...SUSPICIOUS, ACT])('%s', (_, eventFor, subject) => {
  it('stops nothing while no money speaks: one mail, and a look a minute for the next hour', async () => {
    const { account, live, looks } = await onCalmDay();
    account.events.emit(HOME, eventFor(own));
    await live(MINUTE / 2);
    expect(told()).toMatchObject([{ subject: expect.stringMatching(subject) }]);
    redeliver();
    await live(75 * MINUTE);
    expect([machines(), keys(), incidents()]).toEqual([['running'], UNTOUCHED, []]);
    expect(told()).toHaveLength(1);
    const minutes = looks().map((at) => Math.floor(at / MINUTE));
    // It came after seven minutes, twice; from the schedule's next call on it is looked at each minute.
    const eachMinute = Array.from({ length: 59 }, (_each, minute) => 10 + minute);
    expect(minutes).toEqual([0, 5, 7, 7, ...eachMinute, 70, 75, 80]);
  });
});

describe.each(SUSPICIOUS)('%s', (_, eventFor) => {
  it('makes it fire at once at what would exhaust the limit within a day, of which it only warned', async () => {
    const { account, live, ticks } = await onCalmDay();
    account.ec2.launch(HOME, SOME);
    await live(4 * MINUTE);
    expect(ticks().at(-1)).toMatchObject({ level: 'warn', keepsPace: false, running: 6 });
    expect(machines()).toEqual(Array(6).fill('running'));
    expect(told()).toMatchObject([
      { subject: expect.stringMatching(/limit is reached in 14\.\d h, nothing/) },
    ]);

    account.events.emit(HOME, eventFor(own));
    await live(MINUTE);
    expect(machines()).toEqual(['running', ...Array(5).fill('stopped')]);
    expect(keys()).toEqual({ owner: 'Active', stranger: 'Inactive, denied' });
    expect(told().at(-1)?.subject).toContain('FIRED: account is clean');
    expect(incidents()).toHaveLength(1);
    // It looks on until the schedule does, and returns then what its own look came to.
    await live(6 * MINUTE);
    const fired = { level: 'fire', report: expect.objectContaining({ acted: true, clean: true }) };
    expect(ticks()).toContainEqual(expect.objectContaining(fired));
  });
});

it('an act alone stops nothing of which it only warned: it looks each minute, and warns no more', async () => {
  const { account, live, ticks } = await onCalmDay();
  account.ec2.launch(HOME, SOME);
  await live(4 * MINUTE);
  expect(ticks().at(-1)).toMatchObject({ level: 'warn', keepsPace: false, running: 6 });
  account.events.emit(HOME, ACT[1](own));
  await live(30 * MINUTE);
  expect(ticks().at(-1)).toMatchObject({ level: 'calm', keepsPace: true, running: 6 });
  expect(machines()).toEqual(Array(6).fill('running'));
  expect([keys(), incidents()]).toEqual([UNTOUCHED, []]);
  expect(told()).toMatchObject([
    { subject: expect.stringMatching(/limit is reached in/) },
    { subject: expect.stringMatching(ACT[2]) },
  ]);
});

describe('an event that means nothing here', () => {
  /** As it comes over the bus, by the rules of the template. */
  const overBus: readonly [string, (account: OwnAccount) => EmittedEvent, RegExp | undefined][] = [
    ['a launch by an allowlisted user', (account) => launchedBy(account, 'owner'), /on the allowlist/],
    ['an archived finding', (account) => mining(account, { service: { archived: true } }), /archived/],
    [
      'a finding about another account',
      (account) => mining(account, { accountId: '999999999999' }),
      /999999/,
    ],
    [
      'an exposed key that is settled',
      ({ owner }) => exposedKey(owner.accessKeyId, { statusCode: 'closed' }),
      /closed this event/,
    ],
    [
      'a source that nobody knows',
      () => ({ source: 'mallory', detailType: 'Anomaly Detected', detail: {} }),
      undefined,
    ],
    [
      'a Health event about a machine',
      () => exposedKey('i-1', { service: 'EC2', eventTypeCode: 'AWS_EC2_X' }),
      undefined,
    ],
  ];
  /** As somebody's own rule, or somebody who may invoke the function, would hand it over. */
  const byHand: readonly [string, (event: Record<string, unknown>) => Record<string, unknown>, RegExp][] = [
    [
      'of another account',
      (event) => ({ ...event, account: '999999999999' }),
      /comes from account 999999999999/,
    ],
    [
      'from a source that nobody knows',
      (event) => ({ ...event, source: 'mallory' }),
      /source: mallory is unknown/,
    ],
    ['without its detail', ({ detail: _, ...event }) => event, /event: detail/],
    ['without its code', (event) => ({ ...event, detail: { service: 'RISK' } }), /detail\.eventTypeCode/],
    [
      'from a region where AWS sends none',
      (event) => ({ ...event, region: 'eu-west-1' }),
      /never to eu-west-1/,
    ],
    ['of another kind', (event) => ({ ...event, 'detail-type': 'Other' }), /detail-type: Other is unknown/],
  ];

  it('is refused or ignored, says why, and changes nothing', async () => {
    const { account, conductor, live, outputs, owner } = await onCalmDay();
    const { functions, events } = account;
    const before = own.text('tripwire/memory.json');
    const calls = own.endpoint.received;
    for (const [what, eventFor, why] of overBus) {
      const known = functions.attempts.length;
      events.emit(HOME, eventFor(own));
      await live(2_000);
      const answers = functions.attempts.slice(known).map(({ payload }) => payload);
      expect(answers, what).toEqual(why ? [{ ignored: expect.stringMatching(why) }] : []);
    }
    const real = events.emit('eu-west-1', exposedKey(owner.accessKeyId));
    for (const [what, wrong, why] of byHand) {
      const event = wrong({ ...real, region: HOME });
      const { error, payload } = await conductor.runUntil(functions.invoke(outputs.FunctionName, event));
      expect(payload, what).toBeUndefined();
      expect(error?.errorMessage, what).toMatch(why);
    }
    expect([machines(), keys(), incidents()]).toEqual([['running'], UNTOUCHED, []]);
    expect(own.text('tripwire/memory.json')).toBe(before);
    // Not a call was made; not even a mail, but for the alarm on the function's errors.
    expect(own.endpoint.received - calls).toBeLessThanOrEqual(byHand.length);
    expect(told()).toEqual([]);
  });
});
