import { isDefect, type Judged, type Verdict } from './alarm/judgement.ts';
import type { FaultCase } from './alarm/play.ts';
import { disturbanceText, isKill, operationText, TROUBLES } from './disturbing/disturbance.ts';
import type { Played } from './workers.ts';

/** One disturbance of a run or of a restore, and how it ended. */
interface Row {
  readonly who: 'fire' | 'restore';
  readonly trial: FaultCase;
  readonly judged: Judged;
}

const rowsOf = (played: readonly Played[]): Row[] =>
  played.flatMap(({ trial, result }) =>
    (['fire', 'restore'] as const).flatMap((who) => {
      const judged = result?.[who];
      return judged ? [{ who, trial, judged }] : [];
    }),
  );

/** What must never be: nothing was said, a neighbour was lost, or the undo; the trial's own failure counts too. */
export function problemsOf({ trial, result, failure }: Played): string[] {
  if (!result) return [`${caseText(trial)}: the simulation failed: ${failure}`];
  const { fire, restore, silentAfter, notClean, undoLost } = result;
  const judged = [fire, restore].flatMap((one) => (one && isDefect(one) ? [one] : []));
  const all = (what: string, texts: readonly string[]) =>
    texts.length > 0 ? [`${what}: ${texts.join('; ')}`] : [];
  return [
    ...judged.map(({ verdict, detail }) => `${verdict}: ${detail}`),
    ...all('silent: the next run says clean, and left', silentAfter),
    ...all('not clean after it', notClean),
    ...all('undo lost', undoLost),
  ].map((text) => `${caseText(trial)}: ${text}`);
}

export function caseText({ mode, scene, fire, restore }: FaultCase): string {
  const texts = [
    ...(fire ? [disturbanceText(fire)] : []),
    ...(restore ? [`the restore ${disturbanceText(restore)}`] : []),
  ];
  return `${scene ? `tick ${scene}` : mode}, ${texts.join(', then ')}`;
}

/** One trial as it ends: what came of it, and all that is wrong with it. */
export function progressLine(played: Played): string {
  const { trial, result } = played;
  const verdicts = [result?.fire, result?.restore].flatMap((one) => (one ? [one.verdict] : []));
  const ended = result ? `${verdicts.join(', ')} (${result.seconds.toFixed(1)} s)` : 'failed itself';
  return [`${caseText(trial)}: ${ended}`, ...problemsOf(played).map((problem) => `  ${problem}`)].join('\n');
}

/** Operations down, troubles across. */
export function faultTable(played: readonly Played[], who: Row['who']): string {
  const cells = new Map<string, Map<string, string>>();
  for (const row of rowsOf(played)) {
    const disturbance = row.trial[who];
    if (row.who !== who || !disturbance || isKill(disturbance)) continue;
    const name = operationText(disturbance.operation);
    const line = cells.get(name) ?? new Map<string, string>();
    cells.set(name, line.set(disturbance.trouble, row.judged.verdict));
  }
  const width = Math.max(0, ...[...cells.keys()].map((name) => name.length)) + 2;
  const line = (name: string, texts: readonly string[]) =>
    (name.padEnd(width) + texts.map((each) => each.padEnd(23)).join('')).trimEnd();
  return [
    line(
      '',
      TROUBLES.map(({ name }) => name),
    ),
    ...[...cells].map(([name, verdicts]) =>
      line(
        name,
        TROUBLES.map((trouble) => verdicts.get(trouble.name) ?? ''),
      ),
    ),
  ].join('\n');
}

/** The counts that matter, one a line. */
export function counts(played: readonly Played[], seconds: number): string {
  const rows = rowsOf(played);
  const results = played.flatMap(({ result }) => result ?? []);
  const of = (...verdicts: readonly Verdict[]) =>
    rows.filter(({ judged }) => verdicts.includes(judged.verdict)).length;
  const worlds = (is: (result: (typeof results)[number]) => boolean) => results.filter(is).length;
  return [
    `tried           ${rows.length} in ${played.length} worlds`,
    `killed          ${of('killed')}`,
    `contained       ${of('recovered')}`,
    `reported        ${of('named')}`,
    `not reached     ${of('not reached')}`,
    `silent          ${of('silent') + worlds(({ silentAfter }) => silentAfter.length > 0)}`,
    `neighbours lost ${of('neighbours lost')}`,
    `not clean after ${worlds(({ notClean }) => notClean.length > 0)}`,
    `undo lost       ${worlds(({ undoLost }) => undoLost.length > 0)}`,
    `undo by the log ${worlds(({ fromLog }) => fromLog > 0)}`,
    `failed itself   ${played.length - results.length}`,
    `seconds         ${seconds}`,
  ].join('\n');
}
