import { textTable } from '../measuring/text-table.ts';
import { disturbanceText, isKill, operationText, TROUBLES } from './disturbing/disturbance.ts';
import { type FaultCase, isDefect, type Judged, type Verdict } from './disturbing/fault-case.ts';
import type { Played } from './workers.ts';

/** One disturbance of a run or of a restore, and how it ended. */
interface Row {
  readonly who: 'fire' | 'restore';
  readonly faultCase: FaultCase;
  readonly judged: Judged;
}

const rowsOf = (played: readonly Played[]): Row[] =>
  played.flatMap(({ faultCase, result }) =>
    (['fire', 'restore'] as const).flatMap((who) => {
      const judged = result?.[who];
      return judged ? [{ who, faultCase, judged }] : [];
    }),
  );

/** Whatever must not happen: nobody was told, too much is left, or the undo is lost; a simulation that failed counts too. */
export function problemsOf({ faultCase, result, failure }: Played): string[] {
  if (!result) return [`${caseText(faultCase)}: the simulation failed: ${failure}`];
  const { fire, restore, silentAfter, notClean, undoLost } = result;
  const judged = [fire, restore].flatMap((one) => (one && isDefect(one) ? [one] : []));
  const all = (what: string, texts: readonly string[]) =>
    texts.length > 0 ? [`${what}: ${texts.join('; ')}`] : [];
  return [
    ...judged.map(({ verdict, detail }) => `${verdict}: ${detail}`),
    ...all('silent: the next run says clean, and left', silentAfter),
    ...all('not clean after it', notClean),
    ...all('undo lost', undoLost),
  ].map((text) => `${caseText(faultCase)}: ${text}`);
}

function caseText({ mode, tick, fire, restore }: FaultCase): string {
  const texts = [
    ...(fire ? [disturbanceText(fire)] : []),
    ...(restore ? [`the restore ${disturbanceText(restore)}`] : []),
  ];
  return `${tick ? `tick ${tick}` : mode}, ${texts.join(', then ')}`;
}

/** One case as it ends: what came of it, and all that is wrong with it. */
export function progressLine(played: Played): string {
  const { faultCase, result } = played;
  const verdicts = [result?.fire, result?.restore].flatMap((one) => (one ? [one.verdict] : []));
  const ended = result ? `${verdicts.join(', ')} (${result.seconds.toFixed(1)} s)` : 'the simulation failed';
  return [`${caseText(faultCase)}: ${ended}`, ...problemsOf(played).map((problem) => `  ${problem}`)].join(
    '\n',
  );
}

/** A row for each operation, a column for each trouble; undefined where nothing was disturbed so. */
export function faultTable(played: readonly Played[], who: Row['who']): string | undefined {
  const verdicts = new Map<string, Map<string, Verdict>>();
  for (const row of rowsOf(played)) {
    const disturbance = row.faultCase[who];
    if (row.who !== who || !disturbance || isKill(disturbance)) continue;
    const name = operationText(disturbance.operation);
    const cells = verdicts.get(name) ?? new Map<string, Verdict>();
    verdicts.set(name, cells.set(disturbance.trouble, row.judged.verdict));
  }
  if (verdicts.size === 0) return undefined;
  const names = TROUBLES.map(({ name }) => name);
  return textTable([
    ['', ...names],
    ...[...verdicts].map(([operation, cells]) => [operation, ...names.map((name) => cells.get(name) ?? '')]),
  ]).join('\n');
}

/** The counts that matter, one a line. */
export function counts(played: readonly Played[], seconds: number): string {
  const rows = rowsOf(played);
  const results = played.flatMap(({ result }) => result ?? []);
  const of = (...verdicts: readonly Verdict[]) =>
    rows.filter(({ judged }) => verdicts.includes(judged.verdict)).length;
  const cases = (is: (result: (typeof results)[number]) => boolean) => results.filter(is).length;
  const silentAfter = cases((result) => result.silentAfter.length > 0);
  return textTable([
    ['disturbances', `${rows.length} in ${played.length} accounts`],
    ['killed', `${of('killed')}`],
    ['recovered', `${of('recovered')}: clean or put back in spite of it`],
    ['reported', `${of('reported')}: somebody was told what went wrong`],
    ['not reached', `${of('not reached')}: the moment never came`],
    ['silent', `${of('silent') + silentAfter}: nobody was told`],
    ['too much left', `${of('too much left')}: more than the operation explains`],
    ['not clean after it', `${cases(({ notClean }) => notClean.length > 0)}`],
    ['undo lost', `${cases(({ undoLost }) => undoLost.length > 0)}`],
    ['undo from the log', `${cases(({ fromLog }) => fromLog > 0)}`],
    ['simulation failed', `${played.length - results.length}`],
    ['seconds', `${seconds}`],
  ]).join('\n');
}
