import { tamperingActs } from '../intruder/tampering/acts.ts';
import { setUpTampering } from '../intruder/tampering/setup.ts';
import type { TamperingAct } from '../intruder/tampering/tampering-act.ts';
import { synthesized } from '../simulation/synthesis.ts';
import type { Owner } from './incident.ts';
import { count, dim, say } from './screen.ts';
import type { Check } from './setup.ts';
import { BUDGETS_AT, settingsFor } from './simulation.ts';

const MINUTE_MS = 60_000;
const HALF_AN_HOUR_MS = 30 * MINUTE_MS;
/** As in the drill's account, so that the same settings make the same template. */
const ACCOUNT = '111122223333';

/** What one act led to: seconds until the mail that names the act and the caller; undefined without such a mail. */
interface Outcome {
  readonly act: TamperingAct;
  readonly seconds: number | undefined;
}

/**
 * Plays each act of an administrator in an account of its own, so that no act hides another: first with a trail, then,
 * without a trail, the acts that end all looks.
 */
export async function takeApart(owner: Owner): Promise<Check[]> {
  const assembly = await synthesized(settingsFor(owner), ACCOUNT);
  const acts = tamperingActs((await setUpTampering(assembly, BUDGETS_AT)).target);
  const outcomes: Outcome[] = [];
  for (const index of acts.keys()) outcomes.push(await perform(assembly, index));
  say(
    'Somebody gets administrator rights. Each act has an account of its own. CloudTrail records the act, and',
  );
  say('EventBridge rules mail the owner, without any code of ours. AWS promises no delay; here it is 5 s.');
  const heard = outcomes.filter(({ act }) => !act.removesMailbox);
  const checks = [...grouped(heard).values()].map(checkOf);
  for (const act of ['DeleteFunction', 'UpdateSchedule', 'DeleteSchedule'])
    checks.push(await withoutTrail(assembly, act));
  const unheard = outcomes.filter(({ act, seconds }) => act.removesMailbox && seconds === undefined);
  return [...checks, mailboxCheck(unheard, outcomes)];
}

async function perform(assembly: string, index: number): Promise<Outcome> {
  const { target, intruder, wait } = await setUpTampering(assembly, BUDGETS_AT);
  const act = tamperingActs(target)[index];
  if (!act) throw new Error('the same account has other parts');
  await intruder.perform(act);
  const named = `Killswitch tamper alarm: ${act.recordedAs ?? act.what}`;
  const mail = (await wait(MINUTE_MS)).find(
    ({ text }) => text.includes(named) && text.includes(intruder.arn),
  );
  return { act, seconds: mail?.seconds };
}

function grouped(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = `${outcome.act.part} ${outcome.act.what}`;
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return groups;
}

function checkOf(outcomes: Outcome[]): Check {
  const { part = 'function', what = '' } = outcomes[0]?.act ?? {};
  const many = outcomes.length > 1 ? ` × ${outcomes.length}` : '';
  const seconds = outcomes.map((outcome) => outcome.seconds);
  const missing = seconds.filter((one) => one === undefined).length;
  const slowest = Math.max(...seconds.map((one) => one ?? 0));
  return {
    passed: missing === 0,
    text: `${part.padEnd(9)} ${`${what}${many}`.padEnd(32)} ${
      missing === 0 ? `the owner reads who it was after ${slowest.toFixed(1)} s` : `${missing} told nobody`
    }`,
  };
}

/** The heartbeat's alarm needs no trail. */
async function withoutTrail(assembly: string, what: string): Promise<Check> {
  const { target, intruder, wait } = await setUpTampering(assembly, BUDGETS_AT, { trail: false });
  const act = tamperingActs(target).find((each) => each.what === what);
  if (act) await intruder.perform(act);
  const mail = (await wait(HALF_AN_HOUR_MS)).find(({ text }) => text.includes('"Killswitch-heartbeat"'));
  const after = mail ? `the heartbeat’s alarm after ${(mail.seconds / 60).toFixed(0)} min` : 'nobody is told';
  return { passed: mail !== undefined, text: `${'no trail'.padEnd(9)} ${what.padEnd(32)} ${after}` };
}

/** These acts remove the mailbox itself, so that no mail can tell of them; the drill says so. */
function mailboxCheck(unheard: readonly Outcome[], all: readonly Outcome[]): Check {
  const names = unheard.map(({ act }) => act.what).join(', ');
  const told = all.length - unheard.length;
  const lines = [
    `Mail tells of ${told} acts. ${count(unheard.length, 'act')} on the report topic cannot be mailed: they remove the mailbox itself.\n    ${names}`,
    dim(
      'What still works then: Budgets mails the owner itself, a webhook and a heartbeat URL need no topic,',
    ),
    dim('and the kill switch stops machines all the same.'),
  ];
  return { passed: unheard.length === 3, text: lines.join('\n    ') };
}
