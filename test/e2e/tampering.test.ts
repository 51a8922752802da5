import { describe, expect, it } from 'vitest';
import { tamperingActs } from '../../lab/intruder/tampering/acts.ts';
import { performAsCloudFormation } from '../../lab/intruder/tampering/session.ts';
import { setUpTampering } from '../../lab/intruder/tampering/setup.ts';
import { synthesized } from '../../lab/simulation/synthesis.ts';
import { MINUTE, STARTS_AT } from './own-account.ts';

const RULE = 'Killswitch-tamper-topics';
const SETTINGS = { email: 'owner@example.com', monthlyBudgetUsd: 50, allow: { none: true } };
const assembly = await synthesized(SETTINGS, '111122223333');
/** The same each time, so that an act on one is the same act on another. */
const scene = () => setUpTampering(assembly, STARTS_AT);

const ACTS = tamperingActs((await scene()).target).map(({ what, part, thing, removesMailbox }, index) => ({
  ...{ what, part, index, removesMailbox: removesMailbox ?? false },
  name: thing.split(':').at(-1) ?? thing,
}));

/** Performs one on an account of its own. @returns what came to the owner within a minute, of tampering. */
async function perform(index: number, by: 'an intruder' | 'CloudFormation') {
  const { target, intruder, wait } = await scene();
  const act = tamperingActs(target)[index];
  if (!act) throw new Error(`there is no act ${index}`);
  if (by === 'an intruder') await intruder.perform(act);
  else performAsCloudFormation(target.account, act);
  const told = (await wait(MINUTE)).filter(({ text }) => text.includes('Killswitch tamper alarm'));
  return { act, intruder, told };
}

describe('where a trail logs, the owner is told who did what', () => {
  it('of every part', () => {
    const parts = new Set(ACTS.map(({ part }) => part));
    expect([...parts].sort()).toEqual([
      'alarms',
      'bucket',
      'budget',
      'function',
      'role',
      'rules',
      'schedule',
      'topics',
      'trail',
    ]);
    expect(new Set(ACTS.map(({ what }) => what)).size).toBeGreaterThanOrEqual(30);
  });

  it.each(ACTS.filter(({ removesMailbox }) => !removesMailbox))(
    '$what, $part $name',
    async ({ index, name }) => {
      const { act, intruder, told } = await perform(index, 'an intruder');
      const recorded = `Killswitch tamper alarm: ${act.recordedAs ?? act.what}`;
      const own = told.filter(({ text }) => text.includes(recorded));
      expect(own.length).toBeGreaterThanOrEqual(1);
      for (const { text, seconds } of own) {
        expect(text).toContain(` by IAMUser ${intruder.arn} from `);
        expect(text).toContain(name);
        expect(seconds).toBeLessThan(60);
      }
    },
  );

  it.each(ACTS)('not of what CloudFormation does: $what, $part $name', async ({ index }) => {
    expect((await perform(index, 'CloudFormation')).told).toEqual([]);
  });

  it('not of what is done to things of somebody else', async () => {
    const { target, intruder, wait } = await scene();
    const { account } = target;
    account.functions.create('theirs', { ...account.functions.get(target.functionName) });
    const topic = (name: string) => account.sns.topics.create('us-east-1', name);
    const theirs = { functionName: 'theirs', reportTopic: topic('theirs'), alarmTopic: topic('theirs-too') };
    const acts = tamperingActs({ ...target, ...theirs });
    for (const act of acts.filter(({ part }) => part === 'function' || part === 'topics'))
      await intruder.perform(act);
    expect(await wait(MINUTE)).toEqual([]);
  });
});

describe('what takes the mailbox itself away', () => {
  const deafening = ACTS.filter(({ removesMailbox }) => removesMailbox);

  it('is told to nobody by mail: three acts', async () => {
    expect(deafening.map(({ what }) => what)).toEqual(['SetTopicAttributes', 'Unsubscribe', 'DeleteTopic']);
    for (const { index } of deafening) expect((await perform(index, 'an intruder')).told).toEqual([]);
  });

  it('leaves the message of a lost topic in the queue for what was not delivered', async () => {
    for (const { what, index } of deafening) {
      const { target, intruder, wait } = await scene();
      const act = tamperingActs(target)[index];
      if (act) await intruder.perform(act);
      await wait(MINUTE);
      const [{ DeadLetterConfig } = {}] = target.account.events.require('us-east-1', RULE).targets.values();
      const kept = target.account.sqs.find(DeadLetterConfig?.Arn ?? '')?.messages ?? [];
      // A topic without a listener takes every message.
      if (what === 'Unsubscribe') expect(kept).toEqual([]);
      else expect(kept[0]?.body).toContain(`"eventName":"${what}"`);
    }
  });
});
