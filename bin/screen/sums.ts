import { keyOf, type SkipCode } from '../../lambda/core/model.ts';
import type { Descriptor } from '../../lambda/core/policy/descriptor.ts';
import { byName } from '../../lambda/core/policy/undo.ts';
import type { Figures } from '../../lambda/core/report/figures.ts';
import { japanese } from '../../lambda/core/report/headline.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { usd } from '../../lambda/core/verdict/decide.ts';
import type { Known } from './known.ts';

/** What a run stops and what goes on, as far as it found and priced it. */
export interface Sums {
  /** Resources that are changed, or would be. */
  readonly changed: number;
  /** US dollars an hour that end with them. */
  readonly stopsUsd: number;
  /** US dollars an hour of what was found and is not stopped: spared, failed, impossible. */
  readonly goesOnUsd: number;
  /** How many of those. */
  readonly goesOn: number;
}

/** Skipped, and billing nothing. */
const IDLE: ReadonlySet<SkipCode> = new Set(['gone', 'at-rest']);

/** @param known what is known of the resources, by `keyOf` */
export function sumsOf(
  report: Pick<Report, 'actions' | 'skips'>,
  kinds: readonly Descriptor[],
  known: ReadonlyMap<string, Known>,
): Sums {
  const kindNamed = byName(kinds);
  const key = ({ kind, region, id }: { kind: string; region: string; id: string }) =>
    keyOf({ kind, scope: region, id });
  const main = report.actions.filter(({ kind, verb }) => !kindNamed(kind)?.verbs[verb]?.isAuxiliary);
  const left = new Set([
    ...report.actions.filter(({ status }) => status === 'failed').map(key),
    ...report.skips.filter(({ code }) => !IDLE.has(code)).map(key),
  ]);
  const changed = new Set(
    main
      .filter(({ status }) => status !== 'failed')
      .map(key)
      .filter((each) => !left.has(each)),
  );
  const cost = (keys: ReadonlySet<string>) =>
    [...keys].reduce((sum, each) => sum + (known.get(each)?.usdPerHour ?? 0), 0);
  const bills = [...left].filter((each) => (known.get(each)?.usdPerHour ?? 0) > 0);
  return {
    changed: changed.size,
    stopsUsd: cost(changed),
    goesOnUsd: cost(left),
    goesOn: bills.length,
  };
}

/** The last line of a screen: money an hour, at list prices. */
export function sumLine({ acted }: Pick<Report, 'acted'>, { stopsUsd, goesOnUsd, goesOn }: Sums): string {
  if (stopsUsd === 0 && goesOnUsd === 0) return '';
  const left = `(${goesOn} ${goesOn === 1 ? 'machine' : 'machines'})`;
  if (!acted) {
    const on = goesOn > 0 ? `; ${usd(goesOnUsd)} would go on ${left}` : '';
    return `SUM ${usd(stopsUsd)} an hour would end, at list prices${on}`;
  }
  const on = goesOn > 0 ? `${usd(goesOnUsd)} an hour ${left}, ` : '';
  return `SAVED ${usd(stopsUsd)} an hour, at list prices. Still bills: ${on}disks, and what was not examined`;
}

/** The line in Japanese, with the same sums. */
export function japaneseText(
  report: Report,
  figures: Figures,
  { changed, stopsUsd, goesOnUsd }: Sums,
): string {
  const said = japanese(report, figures);
  const goesOn = goesOnUsd > 0 ? `毎時 ${usd(goesOnUsd)} の課金は続きます。` : '';
  if (report.acted)
    return stopsUsd > 0 ? `${said}毎時 ${usd(stopsUsd)} の課金を止めました。${goesOn}` : `${said}${goesOn}`;
  if (changed === 0) return said;
  const cost = stopsUsd > 0 ? `（毎時 ${usd(stopsUsd)}）` : '';
  return `${said}fire を実行すると ${changed} 件を停止・無効化します${cost}。${goesOn}`;
}
