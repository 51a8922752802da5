import { listed, plain } from '../plain-text.ts';
import type { Signal } from '../signal.ts';
import type { ExposedUser } from '../signals/exposed-users.ts';
import type { Granted } from '../tripwire/allowance.ts';
import type { TripwireDecision } from '../tripwire/decision.ts';
import { hoursText } from '../tripwire/verdict.ts';
import { usd } from '../verdict/decide.ts';
import { ascii } from './headline.ts';
import { type Mail, section } from './mail.ts';

/** A mail to the owner without an incident: nothing was changed. */
export interface Notice {
  readonly mail: Mail;
  /** The same id is mailed once. Undefined where the tripwire memory decides that by other fields. */
  readonly id?: string;
  /** It is mailed whatever the memory says, which an intruder may have written. */
  readonly isSent?: true;
}

const HOUR_MS = 3_600_000;
const MOST_LINES = 50;
const RUN_NOW = 'If it is not yours, stop everything: ./killswitch fire';

const notice = (
  id: string | undefined,
  account: string,
  subject: string,
  parts: readonly string[],
): Notice => ({
  ...(id === undefined ? {} : { id }),
  mail: {
    subject: ascii(`Killswitch ${account}: ${subject}`),
    text: `${parts.filter((part) => part !== '').join('\n\n')}\n`,
  },
});

/**
 * Rule 3: the limit is near, and nothing points to an intruder.
 * @param allow the command that announces work; undefined where the cap leaves nothing
 */
export function warning(
  account: string,
  { verdict, hoursLeft }: TripwireDecision,
  allow: string | undefined,
): Notice {
  return notice(undefined, account, `the limit is reached in ${hoursText(hoursLeft)}, nothing was changed`, [
    `At this rate account ${account} reaches its limit in ${hoursText(hoursLeft)}. ` +
      'Nothing was changed. When the limit is reached, everything is stopped.',
    `(日本語) このままでは約 ${hoursText(hoursLeft)} で上限に達します。まだ何も変更していません。上限に達すると全て停止します。`,
    section('WHY', verdict.reasons),
    section('WHAT TO DO NEXT', [
      RUN_NOW,
      allow === undefined
        ? 'If it is yours: no allowance is left this month, so raise allowance.maxUsd in the settings, and npx cdk deploy'
        : `If it is yours, allow it before it is stopped: ${allow}`,
    ]),
  ]);
}

const DAY_MS = 24 * HOUR_MS;

/**
 * AWS still says that a key of these users is public, and they are not locked out again, since the memory says that it
 * was done. Mailed once a day; in the first hour of each day (UTC) whatever the memory says, so that nobody can silence
 * it by writing there.
 */
export function restoredNotice(account: string, users: readonly ExposedUser[], now: number): Notice {
  const names = users.map(({ user }) => user).sort();
  const day = new Date(now).toISOString().slice(0, 10);
  const told = notice(
    `restored:${day}:${names.join()}`.slice(0, 500),
    account,
    `${names.length === 1 ? 'a user is' : `${names.length} users are`} not locked out, and AWS reports the key`,
    [
      `AWS says that a key of ${listed(names)} is public. The kill switch has locked such a user out once, and does not ` +
        "do it again until AWS's policy is off the user: so that a restore lasts.",
      '(日本語) AWS が公開されたと報告したキーのユーザーが、復元されて使える状態です。心当たりがなければ次を実行してください: ./killswitch fire',
      section(
        'USERS',
        users.slice(0, MOST_LINES).map(({ user, policy }) => `${user}: ${policy}`),
      ),
      section('WHAT TO DO NEXT', [
        'If you have restored them: delete the public key, then detach that policy from the user. Until then you get ' +
          'this mail once a day',
        'If you have not, somebody has written into the journal bucket: ./killswitch fire',
      ]),
    ],
  );
  return now % DAY_MS < HOUR_MS ? { ...told, isSent: true } : told;
}

/** A signal came: for an hour the tripwire looks every minute, and after most of them all that is new is suspect. */
export function signalNotice(account: string, signal: Signal): Notice {
  return notice(noticeId(signal), account, `${TITLES[signal.kind]}, we look every minute now`, [
    `${signal.text} (${signal.region}, ${signal.at})`,
    '(日本語) 不審な兆候を検知しました。毎分監視しています。心当たりがなければ、次を実行してください: ./killswitch fire',
    signal.kind === 'activity'
      ? 'The kill switch looks every minute for an hour. What it stops, and when, does not change. ' +
        'Your own role or key in allow.roles or allow.accessKeys raises no such mail.'
      : 'The kill switch looks every minute for an hour. It stops at once what was started within a day ' +
        'and would reach the limit within a day.',
    section('WHAT TO DO NEXT', [RUN_NOW, 'To see what runs: ./killswitch plan']),
  ]);
}

/** The same act of the same principal is mailed once: a pipeline launches machines every day. */
export const noticeId = (signal: Signal): string =>
  signal.kind === 'activity' ? `activity:${signal.eventName}:${signal.principal}` : signal.id;

const TITLES: Readonly<Record<Signal['kind'], string>> = {
  'exposed-key': 'AWS reports an exposed key',
  threat: 'GuardDuty reports a threat',
  'cost-anomaly': 'AWS reports a cost anomaly',
  activity: 'unusual activity',
};

/**
 * An allowance begins or ends. It is mailed because an intruder may have written it.
 * @param flags which stack, see `flagsOfStack`
 */
export function allowanceNotice(
  account: string,
  grant: Granted,
  which: 'begins' | 'ends',
  flags = '',
): Notice {
  const { id, region, usd: dollars, from, until, reason } = grant;
  const what = `${usd(dollars)} more this month, in ${region} until ${new Date(until).toISOString()}`;
  return notice(
    // All its fields, so that an edited allowance is mailed again.
    `${id} ${region} ${dollars} ${from} ${until}:${which}`,
    account,
    `an allowance ${which === 'begins' ? 'is in force' : 'has ended'}`,
    [
      `${which === 'begins' ? 'This is allowed now' : 'This allowance has ended'}: ${what}. ` +
        `Reason given: ${plain(reason, 200)}`,
      `(日本語) 許可枠${which === 'begins' ? 'が有効になりました' : 'が終了しました'}: ${region} ${usd(dollars)}`,
      'If you did not ask for it, an intruder can write to your account:',
      section('WHAT TO DO NEXT', [
        which === 'begins'
          ? `End it: ./killswitch allow --end ${id}${flags}`
          : `What is allowed: ./killswitch allow --list${flags}`,
        RUN_NOW,
      ]),
    ],
  );
}

/** The daily self-check found problems. @param flags which stack, see `flagsOfStack` */
export const troubleNotice = (account: string, problems: readonly string[], flags = ''): Notice =>
  notice(undefined, account, 'the kill switch itself needs you', [
    'The self-check of the kill switch found problems:',
    '(日本語) キルスイッチ自体に問題があります。下記を確認してください。',
    section('PROBLEMS', problems),
    section('WHAT TO DO NEXT', [
      `./killswitch status${flags}`,
      'Put it back as it was deployed: npx cdk deploy',
    ]),
  ]);

/** While an incident is open, something in it can no longer be seen or stopped. */
export const unfinishedNotice = (account: string, incident: string, left: readonly string[]): Notice =>
  notice(undefined, account, `${left.length} ${left.length === 1 ? 'thing' : 'things'} left to do`, [
    `The kill switch stops what runs at each look (incident ${incident}). It could not see or do this:`,
    '(日本語) 対応中のインシデントで、停止または確認できないものがあります。下記を確認してください。',
    section('LEFT', left.slice(0, MOST_LINES)),
    section('WHAT TO DO NEXT', [RUN_NOW, 'To see what runs: ./killswitch plan']),
  ]);

/** Mailed once a month, so that its absence shows a failure. */
export const allWellNotice = (account: string, facts: readonly string[]): Notice =>
  notice(undefined, account, 'all is well', [
    'The kill switch works. You get this mail once a month: if it does not come, something is wrong.',
    '(日本語) キルスイッチは正常です(月1回のお知らせ)。',
    section('THIS MONTH', facts),
  ]);
