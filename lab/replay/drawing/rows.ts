import { element, label } from '../../drawing/svg.ts';
import type { Row } from './picture.ts';
import { spread } from './spread.ts';
import { symbol } from './symbol.ts';

export interface RowsPlace {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly rowHeight: number;
}

/** One row for each defence: a bar while the intruder is billed, and a symbol for what happened. */
export function rowsBelow(rows: readonly Row[], x: (day: number) => number, place: RowsPlace): string {
  const { left, right, top, rowHeight } = place;
  return rows
    .map((row, index) => {
      const middle = top + index * rowHeight;
      const [from, to] = row.billed ?? [undefined, undefined];
      const barEnd = to === null || to === undefined ? right : x(to);
      return element(
        'g',
        { class: `d${index}` },
        element('rect', { class: 'soft', x: left, y: middle - 9, width: right - left, height: 18, rx: 3 }),
        from === undefined
          ? ''
          : element('rect', {
              class: 'bar',
              x: x(from),
              y: middle - 9,
              width: Math.max(1.5, barEnd - x(from)),
              height: 18,
              rx: 3,
            }),
        to === null
          ? label(
              { class: 'small inked', x: right - 6, y: middle + 4, 'text-anchor': 'end' },
              'still billed ▸',
            )
          : '',
        ...apart(row, x, place).map(({ kind, at }) => symbol(kind, at, middle)),
        label({ class: 'strong inked', x: right + 32, y: middle }, row.outcome),
        label({ class: 'tiny inked', x: right + 32, y: middle + 13 }, row.label),
      );
    })
    .join('\n');
}

const LEAST_GAP = 12;

/** Symbols of moments that are close together lie side by side, in their order, around where they belong. */
function apart({ marks }: Row, x: (day: number) => number, { left, right }: RowsPlace) {
  const inOrder = [...marks].sort((a, b) => a.day - b.day);
  const wanted = inOrder.map(({ day }) => x(day));
  const places = spread(wanted, LEAST_GAP, left + LEAST_GAP / 2, right - LEAST_GAP / 2);
  return inOrder.map(({ kind }, index) => ({ kind, at: places[index] ?? 0 }));
}
