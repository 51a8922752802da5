import { GLOBAL } from '../model.ts';
import { type Figures, placesOf } from './figures.ts';
import { isLockOut, lockOutTexts } from './lock-out-mail.ts';
import type { Places, Report } from './report-document.ts';

/** What is open, as a number of things: none means that the run left nothing. */
export const openOf = ({ left, notSeen, problems }: Figures): number => left + notSeen + problems;

/** A text as SNS accepts it for a subject: ASCII, under 100 characters. */
export const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 99);

export function subject(report: Report, figures: Figures): string {
  return ascii(
    `Killswitch ${report.account}: ${report.acted ? fired(report, figures) : stateOfLook(report)}`,
  );
}

function fired(report: Report, figures: Figures): string {
  const open = openOf(figures);
  if (isLockOut(report, open)) return lockOutTexts(report).subject;
  if (open > 0) return `FIRED: ${things(open)} left to do`;
  if (!report.clean) return 'FIRED: NOT clean yet';
  const places = placesOf(report);
  if (!isWhole(places)) return `FIRED: clean only in ${where(places)}`;
  return `FIRED: ${report.actions.length === 0 ? 'nothing was left to stop, ' : ''}account is clean`;
}

function stateOfLook({ verdict, trigger }: Report): string {
  if (trigger.source === 'control') return 'TEST, nothing was changed';
  if (trigger.source === 'budget' && verdict.level !== 'fire')
    return 'alarm received, did not fire, nothing was changed';
  return trigger.source !== 'budget' && trigger.action === 'plan'
    ? 'plan, nothing was changed'
    : 'dry run, nothing was changed';
}

/** The first lines: what was done, and whether what was looked at is clean. */
export function headline(report: Report, figures: Figures): string {
  if (!report.acted) return `Killswitch, account ${report.account}: ${stateOfLook(report)}.`;
  if (isLockOut(report, openOf(figures))) return lockOutTexts(report).headline;
  const seconds = report.timings.lastActionSeconds;
  const took = seconds === undefined ? '' : ` The last stop came ${seconds} s after the start.`;
  return `Killswitch ${deed(figures)} account ${report.account}.${took}\n${verdict(report, figures)}`;
}

function deed({ done, left, notSeen }: Figures): string {
  if (done > 0) return `stopped ${things(done)} in`;
  if (left > 0) return 'could stop nothing in';
  return notSeen > 0 ? 'found nothing to stop where it could look, in' : 'found nothing to stop in';
}

function verdict(report: Report, figures: Figures): string {
  const { left, notSeen, problems } = figures;
  const open = [
    ...(left > 0 ? [`${things(left)} still on`] : []),
    ...(notSeen > 0 ? [`${notSeen} ${notSeen === 1 ? 'place' : 'places'} not seen`] : []),
    ...(problems > 0 ? [`${problems} other ${problems === 1 ? 'problem' : 'problems'}`] : []),
  ];
  if (open.length > 0) return `It is NOT clean yet: ${open.join(', ')}, listed below.`;
  if (!report.clean) return 'It is NOT clean yet: time ran out before two looks in a row found nothing new.';
  const places = placesOf(report);
  if (!isWhole(places))
    return `Clean now: ${where(places)}, in what was examined. NOT looked at: ${leftOut(places)}.`;
  return `It is clean now, in what was examined: all ${places.regions.length} enabled regions and IAM.`;
}

/** The same in Japanese, from the same figures. */
export function japanese(report: Report, figures: Figures): string {
  if (!report.acted) return '(日本語) 何も変更していません。';
  if (isLockOut(report, openOf(figures))) return lockOutTexts(report).japanese;
  const { done, left, notSeen, problems } = figures;
  const deed =
    done > 0
      ? `${done} 件を停止・無効化しました。`
      : left > 0
        ? '停止できたものはありません。'
        : '停止すべきものは見つかりませんでした。';
  const open = [
    ...(left > 0 ? [`まだ ${left} 件が残っています。`] : []),
    ...(notSeen > 0 ? [`${notSeen} か所を確認できませんでした。`] : []),
    ...(problems > 0 ? [`そのほかの問題が ${problems} 件あります。`] : []),
  ];
  if (open.length > 0) return `(日本語) ${deed}${open.join('')}下の NOT STOPPED を見てください。`;
  if (!report.clean)
    return `(日本語) ${deed}時間切れのため、残りがないことをまだ確認できていません。もう一度実行してください。`;
  const places = placesOf(report);
  const looked = isWhole(places)
    ? `確認した範囲（${places.regions.length} リージョンと IAM）に残りはありません。`
    : `確認したのは ${where(places, 'リージョン', ' と ')} だけで、そこに残りはありません。ほかは確認していません。`;
  return `(日本語) ${deed}${looked}`;
}

const things = (count: number) => `${count} ${count === 1 ? 'thing' : 'things'}`;

const isWhole = ({ iam, isNarrowed, excluded, closed }: Places) =>
  iam && !isNarrowed && excluded.length === 0 && closed.length === 0;

/** A longer list of regions would not fit into the subject of a mail. */
const NAMED = 2;

function where({ regions, iam }: Places, unit = 'regions', and = ' and '): string {
  const named = regions.length > NAMED ? `${regions.length} ${unit}` : regions.join(', ');
  return [...(regions.length > 0 ? [named] : []), ...(iam ? ['IAM'] : [])].join(and);
}

/** What a run did not look at on purpose; empty where it left out nothing. */
export function leftOut({ regions, isNarrowed, excluded, closed }: Places): string {
  return [
    ...(isNarrowed ? [regions.length > 0 ? 'all other regions' : 'all regions'] : []),
    ...excluded.map((scope) => `${scope === GLOBAL ? 'IAM' : scope}, excluded by you`),
    ...closed.map((scope) => `${scope}, closed by your organization`),
  ].join('; ');
}
