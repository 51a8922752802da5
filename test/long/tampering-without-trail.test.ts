import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tamperingActs } from '../../lab/intruder/tampering/acts.ts';
import { type Administrator, administrator } from '../../lab/intruder/tampering/session.ts';
import { targetOf } from '../../lab/intruder/tampering/setup.ts';
import type { TamperingAct } from '../../lab/intruder/tampering/tampering-act.ts';
import { HOUR, MINUTE, type OwnAccount, ownAccount } from '../e2e/own-account.ts';

const PERIOD = 5 * MINUTE;

let own: OwnAccount;
let intruder: Administrator;
/** A day as any other, on which somebody gets all rights. */
async function intrudedOn(more: Parameters<typeof ownAccount>[0] = {}) {
  own = await ownAccount(more);
  await own.live(5 * MINUTE);
  intruder = administrator(own.account, 'mallory');
}
afterEach(async () => {
  await own.stop();
  own.refuseDefects();
});

/** All acts of that name on things whose names have that part. */
const acts = (what: string, thing: RegExp): TamperingAct[] => {
  const found = tamperingActs(targetOf(own.account, own.outputs)).filter(
    (act) => act.what === what && thing.test(act.thing),
  );
  if (found.length === 0) throw new Error(`there is no ${what} of ${thing}`);
  return found;
};
const perform = async (what: string, thing: RegExp) => {
  for (const act of acts(what, thing)) await intruder.perform(act);
};
/** What came since then, and how long after, in ms. */
const since = (at: number) =>
  own.mails().flatMap((mail) => (mail.at < at ? [] : { ...mail, after: mail.at - at }));
const now = () => own.account.timeline.now();

describe('where no trail logs', () => {
  beforeEach(() => intrudedOn());

  it.each([
    ['DeleteFunction', /Function/, 'undelivered'],
    ['PutFunctionConcurrency', /Function/, 'throttles'],
    ['UpdateSchedule', /tick/, undefined],
    ['DeleteSchedule', /tick/, undefined],
    ['DeleteRolePolicy', /TripwireRole/, 'undelivered'],
    ['AttachRolePolicy', /Containment/, 'errors'],
    ['UpdateAssumeRolePolicy', /Containment/, undefined],
  ])('%s of %s is noticed by the heartbeat within three periods', async (what, thing, sooner) => {
    const at = now();
    await perform(what, thing);
    await own.live(4 * PERIOD + 2 * MINUTE);
    const rings = (name: string) =>
      since(at).find(({ subject }) => subject.includes(`ALARM: "Killswitch-${name}"`));
    // Three whole periods after the one of the last good look, and a minute until they are counted.
    expect(rings('heartbeat')?.after).toBeLessThanOrEqual(4 * PERIOD + MINUTE);
    if (sooner) expect(rings(sooner)?.after).toBeLessThanOrEqual(PERIOD + MINUTE);
    expect(since(at).some(({ text }) => text.includes('tamper alarm'))).toBe(false);
  });

  it('a function whose code is another is noticed by nothing in the account: it seems to run', async () => {
    const at = now();
    await perform('UpdateFunctionCode', /Function/);
    await own.live(HOUR);
    expect(since(at)).toEqual([]);
  });

  it.each([
    ['UpdateBudget', /its limit is \$1000000\.00, not \$50\.00/],
    ['DeleteBudget', /cannot be read: .*doesn't exist/],
  ])('%s is told at the next look, and once', async (what, text) => {
    const at = now();
    await perform(what, /-usage-/);
    await own.live(PERIOD);
    expect(since(at)).toMatchObject([
      {
        subject: expect.stringContaining('the kill switch itself needs you'),
        text: expect.stringMatching(text),
      },
    ]);
    await own.live(4 * PERIOD);
    expect(since(at)).toHaveLength(1);
  });

  it('a permission that is gone is noticed when the alarm that needs it is lost', async () => {
    const { account } = own;
    const at = now();
    await perform('RemovePermission', /Function/);
    account.ledger.book({ service: 'Other', region: 'us-east-1', owner: 'stranger' }, 60);
    account.budgets.refresh();
    await own.live(3 * MINUTE);
    expect(since(at).map(({ subject }) => subject)).toContainEqual(
      expect.stringContaining('ALARM: "Killswitch-undelivered"'),
    );
  });
});

describe('the daily look at itself', () => {
  // A quarter of an hour apart: a day of looks is a third of the work.
  beforeEach(() => intrudedOn({ tripwire: { everyMinutes: 15 } }));
  const DAY = 24 * HOUR;
  /** A day of looks, on a busy machine. */
  const MOST_MS = 180_000;

  it(
    'names all that is missing, also what was taken away faster than a trail tells',
    async () => {
      const { account } = own;
      account.cloudTrail.enableTrail();
      // Within the seconds that CloudTrail needs, all four are gone that would have told.
      await perform('DisableRule', /-tamper-/);
      await own.live(MINUTE);
      const at = now();
      expect(own.mails().some(({ text }) => text.includes('tamper alarm'))).toBe(false);
      await perform('RemoveTargets', /-threat$/);
      await perform('DeleteRule', /-cost-anomaly$/);
      await perform('DeleteAlarms', /-throttles$/);
      await perform('DisableAlarmActions', /-errors$/);
      await perform('Unsubscribe', /SpendAlarmTopic/);
      await own.live(DAY);
      const [mail, ...more] = since(at).filter(({ subject }) => subject.includes('the kill switch itself'));
      for (const name of ['function', 'topics', 'alarms', 'triggers'])
        expect(mail?.text).toContain(`the rule Killswitch-tamper-${name} is DISABLED`);
      expect(mail?.text).toContain('the rule Killswitch-threat has no target');
      expect(mail?.text).toContain('could not check the rule Killswitch-cost-anomaly');
      expect(mail?.text).toContain('the alarm Killswitch-throttles is gone');
      expect(mail?.text).toContain('the actions of the alarm Killswitch-errors are disabled');
      expect(mail?.text).toContain('no function is subscribed to the alarm topic');
      expect(more).toEqual([]);
    },
    MOST_MS,
  );

  it(
    'tells whoever else listens that the mail was unsubscribed',
    async () => {
      const { account, outputs } = own;
      const { topics } = account.sns;
      topics.subscribe(outputs.ReportTopicArn, 'sms', '+15550100').confirmed = true;
      const mailed = own.mails().length;
      for (const { arn, protocol } of topics.require(outputs.ReportTopicArn).subscriptions.values())
        if (protocol === 'email') topics.unsubscribe(arn);
      await own.live(DAY);
      expect(own.mails()).toHaveLength(mailed);
      const told = account.sns.deliveries.filter(({ protocol }) => protocol === 'sms');
      expect(told.at(-1)?.message).toContain('no e-mail address is subscribed to the reports');
    },
    MOST_MS,
  );
});

describe('without the report topic', () => {
  beforeEach(() => intrudedOn());

  it('machines are stopped all the same, and Budgets still writes to the owner himself', async () => {
    const { account } = own;
    await perform('DeleteTopic', /ReportTopic/);
    account.ec2.launch('eu-west-3', { type: 'g4dn.xlarge', count: 40, launchedBy: 'stranger' });
    await own.live(2 * PERIOD);
    const states = [...account.ec2.instances()].map(({ state, launchedBy }) => `${launchedBy} ${state}`);
    expect(states).toEqual(['owner running', ...Array(40).fill('stranger stopped')]);
    account.ledger.book({ service: 'Other', region: 'us-east-1', owner: 'stranger' }, 60);
    account.budgets.refresh();
    expect(account.budgets.mails.length).toBeGreaterThan(0);
    // The function says in its own way that nobody could be told.
    expect(
      account.functions.attempts.some(({ error }) =>
        /every notification failed/.test(error?.errorMessage ?? ''),
      ),
    ).toBe(true);
  });
});
