interface Ink {
  /** On white and on near-black. */
  readonly light: string;
  readonly dark: string;
  readonly dash?: string;
}

/**
 * Colours by defence after Okabe and Ito, which people with any colour vision can tell apart, darkened where they
 * would be too pale for text on white; the dashes tell the lines apart without any colour.
 */
const INKS: readonly Ink[] = [
  { light: '#c04a00', dark: '#ff8a4c' },
  { light: '#8a6100', dark: '#f0b429', dash: '7 3' },
  { light: '#a8447f', dark: '#e79fc8', dash: '2 3' },
  { light: '#005a9c', dark: '#62b5f0' },
  { light: '#00684d', dark: '#3fcf9e', dash: '10 3 2 3' },
];

const inkOf = (index: number): Ink => INKS[index % INKS.length] as Ink;

/** How the line of the n-th defence is dashed. */
export const dashOf = (index: number): string | undefined => inkOf(index).dash;

/** The drawing's style sheet: it follows the reader's preference for light or dark. */
export function styleSheet(defences: number): string {
  const colours = (of: (ink: Ink) => string) =>
    Array.from({ length: defences }, (_, index) => `.d${index}{--ink:${of(inkOf(index))}}`).join('');
  return [
    'text{font:13px system-ui,-apple-system,"Segoe UI","Hiragino Sans","Noto Sans JP",sans-serif;fill:var(--text)}',
    'svg{--paper:#fff;--text:#1f2328;--quiet:#59636e;--grid:#d9dee3;--soft:#f3f5f7}',
    `.paper{fill:var(--paper)}.quiet{fill:var(--quiet)}.grid{stroke:var(--grid)}.axis{stroke:var(--quiet)}`,
    '.title{font-size:19px;font-weight:650}.ja{font-size:14px}.amount{font-size:16px;font-weight:650}.small{font-size:12px}.tiny{font-size:11px}.strong{font-size:12px;font-weight:650}',
    '.limit{stroke:var(--quiet);stroke-dasharray:1 4;stroke-linecap:round;stroke-width:2}.soft{fill:var(--soft)}',
    '.line{fill:none;stroke:var(--ink);stroke-width:2.5;stroke-linejoin:round}.inked{fill:var(--ink)}',
    '.leader{fill:none;stroke:var(--ink);stroke-width:1;opacity:.6}.bar{fill:var(--ink);opacity:.28}',
    '.mark{fill:var(--ink);stroke:var(--paper);stroke-width:1.2}.open{fill:var(--paper);stroke:var(--ink);stroke-width:2}',
    '.stroke{fill:none;stroke:var(--ink);stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}',
    colours(({ light }) => light),
    '.legend{--ink:var(--text)}',
    `@media(prefers-color-scheme:dark){svg{--paper:#0d1117;--text:#e6edf3;--quiet:#9aa4af;--grid:#2b323b;--soft:#161b22}${colours(({ dark }) => dark)}}`,
  ].join('');
}
