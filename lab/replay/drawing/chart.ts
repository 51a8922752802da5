import { scaleLinear } from 'd3-scale';
import { curveLinear, line } from 'd3-shape';
import { dashOf, styleSheet } from '../../drawing/palette.ts';
import { element, escaped, label } from '../../drawing/svg.ts';
import { type Picture, type Row, SYMBOLS } from './picture.ts';
import { rowsBelow } from './rows.ts';
import { simplified } from './simplified.ts';
import { spread } from './spread.ts';
import { symbol } from './symbol.ts';

const WIDTH = 1060;
const PLOT = { left: 82, right: 780, height: 310 } as const;
const ROW_HEIGHT = 34;
const LABEL_DISTANCE = 40;

/** A self-contained SVG: dollars over days, one line for each defence, and below what happened when. */
export function draw(picture: Picture): string {
  const top = picture.titleJa ? 106 : 84;
  const bottom = top + PLOT.height;
  const x = scaleLinear().domain(picture.days).range([PLOT.left, PLOT.right]);
  // Not spread into one call: a year has more points than a call takes arguments.
  const highest = picture.rows
    .flatMap(({ points }) => points)
    .reduce((most, { usd }) => Math.max(most, usd), Math.max(1, picture.limit?.usd ?? 0));
  const y = scaleLinear()
    .domain([0, highest * 1.05])
    .range([bottom, top]);
  const rowsTop = bottom + 62;
  const legendTop = rowsTop + picture.rows.length * ROW_HEIGHT + 22;
  const height = legendTop + 26 + picture.notes.length * 18;
  const id = `replay-${picture.name}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    element('title', { id: `${id}-title` }, escaped(picture.title)),
    element('desc', { id: `${id}-desc` }, escaped(describe(picture))),
    element('style', {}, styleSheet(picture.rows.length)),
    element('rect', { class: 'paper', width: WIDTH, height, rx: 8 }),
    label({ class: 'title', x: 24, y: 36 }, picture.title),
    picture.titleJa ? label({ class: 'ja', x: 24, y: 59, lang: 'ja' }, picture.titleJa) : '',
    label({ class: 'quiet', x: 24, y: picture.titleJa ? 82 : 60 }, picture.subtitle),
    axes(picture, x, y, bottom),
    limitLine(picture, y),
    ...picture.rows.map((row, index) => course(row, index, x, y)).reverse(),
    endLabels(picture.rows, x, y, top, bottom),
    rowsBelow(picture.rows, x, { ...PLOT, top: rowsTop, rowHeight: ROW_HEIGHT }),
    legend(picture, legendTop),
    ...picture.notes.map((note, at) =>
      label({ class: 'small quiet', x: 24, y: legendTop + 24 + at * 18 }, note),
    ),
    '</svg>\n',
  ].join('\n');
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function axes({ axis, days }: Picture, x: Scale, y: Scale, bottom: number): string {
  const across = y.ticks(5).map((usd) => {
    const at = y(usd);
    return [
      element('line', { class: 'grid', x1: PLOT.left, x2: PLOT.right, y1: at, y2: at }),
      label(
        { class: 'small quiet', x: PLOT.left - 10, y: at + 4, 'text-anchor': 'end' },
        `$${usd.toLocaleString('en-US')}`,
      ),
    ].join('');
  });
  const ticks = x.ticks(Math.min(10, Math.ceil(days[1] - days[0]))).map((day) => {
    const at = x(day);
    return [
      element('line', { class: 'axis', x1: at, x2: at, y1: bottom, y2: bottom + 5 }),
      label({ class: 'small quiet', x: at, y: bottom + 20, 'text-anchor': 'middle' }, String(day)),
    ].join('');
  });
  const baseline = element('line', { class: 'axis', x1: PLOT.left, x2: PLOT.right, y1: bottom, y2: bottom });
  const middle = (PLOT.left + PLOT.right) / 2;
  const name = label({ class: 'small quiet', x: middle, y: bottom + 38, 'text-anchor': 'middle' }, axis);
  return [...across, ...ticks, baseline, name].join('\n');
}

function limitLine({ limit }: Picture, y: Scale): string {
  if (!limit) return '';
  const at = y(limit.usd);
  return [
    element('line', { class: 'limit', x1: PLOT.left, x2: PLOT.right, y1: at, y2: at }),
    label({ class: 'small quiet', x: PLOT.left + 8, y: at - 7 }, limit.label),
  ].join('');
}

function course({ points }: Row, index: number, x: Scale, y: Scale): string {
  const path = line<(typeof points)[number]>(
    ({ day }) => x(day),
    ({ usd }) => y(usd),
  )
    .curve(curveLinear)
    .digits(1);
  const d = path(simplified(points, (one) => [x(one.day), y(one.usd)])) ?? '';
  return element(
    'g',
    { class: `d${index}` },
    element('path', { class: 'line', d, 'stroke-dasharray': dashOf(index) }),
  );
}

function endLabels(rows: readonly Row[], x: Scale, y: Scale, top: number, bottom: number): string {
  const ends = rows.map(({ points }) => points.at(-1) ?? { day: 0, usd: 0 });
  const places = spread(
    // Lines that lie on each other are labelled in their own order.
    ends.map(({ usd }) => Math.round(y(usd))),
    LABEL_DISTANCE,
    top + 8,
    bottom - 8,
  );
  return rows
    .map((row, index) => {
      const [end, place] = [ends[index] ?? { day: 0, usd: 0 }, places[index] ?? 0];
      const [from, to] = [x(end.day), PLOT.right + 26];
      const d = `M${from.toFixed(1)} ${y(end.usd).toFixed(1)}L${PLOT.right + 8} ${y(end.usd).toFixed(1)}L${to} ${place.toFixed(1)}`;
      return element(
        'g',
        { class: `d${index}` },
        element('path', { class: 'leader', d }),
        label({ class: 'amount inked', x: to + 6, y: place + 1 }, row.amount),
        label({ class: 'small inked', x: to + 6, y: place + 16 }, row.label),
      );
    })
    .join('\n');
}

function legend({ rows }: Picture, top: number): string {
  const used = new Set(rows.flatMap(({ marks }) => marks.map(({ kind }) => kind)));
  const kinds = (Object.keys(SYMBOLS) as (keyof typeof SYMBOLS)[]).filter((kind) => used.has(kind));
  let left = PLOT.left;
  const entries = kinds.map((kind) => {
    const { meaning } = SYMBOLS[kind];
    const entry = symbol(kind, left, top - 4) + label({ class: 'small', x: left + 12, y: top }, meaning);
    left += 36 + meaning.length * 6.6;
    return entry;
  });
  return element('g', { class: 'legend' }, ...entries);
}

/** The drawing in words, for readers who cannot see it. */
function describe({ subtitle, axis, rows, notes }: Picture): string {
  const each = rows.map(({ label: name, amount, outcome }) => `${name}: ${amount}, ${outcome}.`);
  return [`${subtitle} US dollars over ${axis}.`, ...each, ...notes].join(' ');
}
