import { scaleLog } from 'd3-scale';
import { line, symbol, symbolCircle, symbolDiamond, symbolSquare } from 'd3-shape';
import { styleSheet } from '../drawing/palette.ts';
import { element, escaped, label } from '../drawing/svg.ts';
import type { Panel, Point, Series } from './series.ts';
import { SPREADS } from './workload.ts';

const WIDTH = 1060;
const PLOT = { width: 264, height: 300, top: 116 } as const;
const LEFTS = [74, 426, 772] as const;
const LEGEND_TOP = PLOT.top + PLOT.height + 66;
const HEIGHT = LEGEND_TOP + 74;
const SHAPES = [symbolSquare, symbolCircle, symbolDiamond];
const SYMBOL_AREA = 52;
const STYLE =
  '.bound{fill:none;stroke:var(--ink);stroke-width:1.2;stroke-dasharray:2 4;stroke-linecap:round}.free{stroke-dasharray:9 4}.hollow{fill:var(--paper);stroke:var(--ink);stroke-width:2}.title2{font-size:14px;font-weight:650}';

type Scale = ReturnType<typeof scaleLog<number, number>>;

/** A self-contained SVG: how each figure grows with the number of machines, and the least possible. */
export function draw(panels: readonly Panel[], notes: readonly string[]): string {
  const title = 'What a containment takes as the account grows';
  const height = HEIGHT + notes.length * 18;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="scale-title scale-desc">`,
    element('title', { id: 'scale-title' }, escaped(title)),
    element('desc', { id: 'scale-desc' }, escaped(describe(panels))),
    element('style', {}, styleSheet(SPREADS.length) + STYLE),
    element('rect', { class: 'paper', width: WIDTH, height, rx: 8 }),
    label({ class: 'title', x: 24, y: 36 }, title),
    label(
      { class: 'ja', x: 24, y: 59, lang: 'ja' },
      'アカウントの規模と、停止までの時間・API 呼び出し数・メモリ',
    ),
    ...panels.map((panel, at) => drawPanel(panel, LEFTS[at] ?? 0)),
    legend(),
    ...notes.map((note, at) => label({ class: 'small quiet', x: 24, y: HEIGHT + at * 18 - 6 }, note)),
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, unit, ticks, series, limit }: Panel, left: number): string {
  const bottom = PLOT.top + PLOT.height;
  const points = series.flatMap(({ measured, least }) => [...measured, ...least]);
  const values = [...points.map(({ value }) => value), ...(limit ? [limit.value] : [])];
  const sizes = points.map(({ machines }) => machines);
  const x = scaleLog()
    .domain([Math.min(...sizes), Math.max(...sizes)])
    .range([left + 14, left + PLOT.width - 14]);
  const y = scaleLog()
    .domain([Math.min(...values) / 1.4, Math.max(...values) * 1.4])
    .range([bottom, PLOT.top]);
  const limited = limit
    ? element('line', {
        class: 'limit',
        x1: left,
        x2: left + PLOT.width,
        y1: y(limit.value),
        y2: y(limit.value),
      }) + label({ class: 'small quiet', x: left + 6, y: y(limit.value) - 6 }, limit.label)
    : '';
  return [
    label({ class: 'title2', x: left - 50, y: PLOT.top - 18 }, title),
    axes(x, y, { left, bottom, unit, ticks, sizes: [...new Set(sizes)] }),
    limited,
    ...series.map((each) => drawSeries(each, x, y)),
  ].join('\n');
}

interface Frame {
  readonly left: number;
  readonly bottom: number;
  readonly unit: Panel['unit'];
  readonly ticks: readonly number[];
  readonly sizes: readonly number[];
}

function axes(x: Scale, y: Scale, { left, bottom, unit, ticks, sizes }: Frame): string {
  const [low = 0, high = 0] = y.domain();
  const right = left + PLOT.width;
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  const across = inside.map(
    (tick) =>
      element('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }) +
      label({ class: 'small quiet', x: left - 7, y: y(tick) + 4, 'text-anchor': 'end' }, unit(tick)),
  );
  const along = sizes.map(
    (size) =>
      element('line', { class: 'axis', x1: x(size), x2: x(size), y1: bottom, y2: bottom + 5 }) +
      label(
        { class: 'small quiet', x: x(size), y: bottom + 20, 'text-anchor': 'middle' },
        size.toLocaleString('en-US'),
      ),
  );
  const base = element('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom });
  const name = label(
    { class: 'small quiet', x: left + PLOT.width / 2, y: bottom + 38, 'text-anchor': 'middle' },
    'machines',
  );
  return [...across, ...along, base, name].join('\n');
}

function drawSeries({ spread, isProtected, measured, least }: Series, x: Scale, y: Scale): string {
  const path = line<Point>(
    ({ machines }) => x(machines),
    ({ value }) => y(value),
  ).digits(1);
  const ink = SPREADS.indexOf(spread);
  const dots = measured.map(({ machines, value }) =>
    element(
      'path',
      {
        class: isProtected ? 'mark' : 'hollow',
        d: shape(ink),
        transform: `translate(${x(machines).toFixed(1)} ${y(value).toFixed(1)})`,
      },
      element(
        'title',
        {},
        escaped(`${machines.toLocaleString('en-US')} in ${spread}: ${value.toPrecision(3)}`),
      ),
    ),
  );
  return element(
    'g',
    { class: `d${ink}` },
    element('path', { class: 'bound', d: path([...least]) ?? '' }),
    element('path', { class: isProtected ? 'line' : 'line free', d: path([...measured]) ?? '' }),
    ...dots,
  );
}

const shape = (ink: number): string => symbol(SHAPES[ink], SYMBOL_AREA).digits(1)() ?? '';

function legend(): string {
  const entry = (x: number, y: number, ink: number, className: string, text: string) =>
    element(
      'g',
      { class: `d${ink}` },
      element('path', { class: className === 'hollow' ? 'line free' : 'line', d: `M${x - 18} ${y}h36` }),
      element('path', { class: className, d: shape(ink), transform: `translate(${x} ${y})` }),
      label({ class: 'small', x: x + 26, y: y + 4 }, text),
    );
  const entries = SPREADS.flatMap((spread, ink) => [
    entry(92 + ink * 260, LEGEND_TOP, ink, 'mark', `${spread}, all stop-protected`),
    entry(92 + ink * 260, LEGEND_TOP + 24, ink, 'hollow', `${spread}, none protected`),
  ]);
  const dotted =
    element('path', { class: 'bound', d: `M878 ${LEGEND_TOP}h36` }) +
    label({ class: 'small', x: 922, y: LEGEND_TOP + 4 }, 'the least possible');
  return element('g', { class: 'legend' }, ...entries, dotted);
}

/** The drawing in words, for readers who cannot see it. */
function describe(panels: readonly Panel[]): string {
  return panels
    .map(({ title, unit, series }) => {
      const ends = series.map(({ spread, isProtected, measured }) => {
        const { machines = 0, value = 0 } = measured.at(-1) ?? {};
        const rounded = Number(value.toPrecision(2));
        return `${machines.toLocaleString('en-US')} ${isProtected ? 'protected' : 'unprotected'} in ${spread}: ${unit(rounded)}`;
      });
      return `${title}. ${ends.join('; ')}.`;
    })
    .join(' ');
}
