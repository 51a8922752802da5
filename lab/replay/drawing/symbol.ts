import { element, short } from '../../drawing/svg.ts';
import type { MarkKind } from '../playing/measures.ts';
import { SYMBOLS } from './picture.ts';

const RADIUS = 5.5;

/** The symbol of a mark, its middle at x and y, in the ink of its group. */
export function symbol(kind: MarkKind, x: number, y: number): string {
  const { shape, meaning } = SYMBOLS[kind];
  const title = element('title', {}, meaning);
  const r = RADIUS;
  const path = (d: string, className: string) => element('path', { d, class: className }, title);
  const from = (dx: number, dy: number) => `${short(x + dx)} ${short(y + dy)}`;
  switch (shape) {
    case 'diamond':
      return path(`M${from(0, -r - 1)}L${from(r + 1, 0)}L${from(0, r + 1)}L${from(-r - 1, 0)}Z`, 'mark');
    case 'square':
    case 'open-square': {
      const className = shape === 'square' ? 'mark' : 'open';
      const corner = { x: x - r + 1, y: y - r + 1, width: 2 * r - 2, height: 2 * r - 2 };
      return element('rect', { ...corner, class: className }, title);
    }
    case 'triangle':
      return path(`M${from(0, -r - 1)}L${from(r + 1, r)}L${from(-r - 1, r)}Z`, 'mark');
    case 'bar':
      return path(`M${from(0, -r - 3)}L${from(0, r + 3)}`, 'stroke');
    case 'check':
      return path(`M${from(-r, 0)}L${from(-1, r - 1)}L${from(r + 1, -r)}`, 'stroke');
    case 'cross':
      return path(`M${from(-r, -r)}L${from(r, r)}M${from(r, -r)}L${from(-r, r)}`, 'stroke');
    default:
      return element('circle', { cx: x, cy: y, r: r - 0.5, class: 'open' }, title);
  }
}
