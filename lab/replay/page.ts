import { element, escaped } from '../drawing/svg.ts';
import { DEFENCES } from './defences/index.ts';
import { draw } from './drawing/chart.ts';
import { pictureOf } from './picture-of.ts';
import type { Replay } from './replay.ts';
import { columnNames, labelOf, monthTablesOf, remarksOf, rowsOf } from './table.ts';

const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--text:#1f2328;--quiet:#59636e;--rule:#d9dee3}
@media(prefers-color-scheme:dark){:root{--paper:#0d1117;--text:#e6edf3;--quiet:#9aa4af;--rule:#2b323b}}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:1080px;background:var(--paper);color:var(--text);
font:16px/1.55 system-ui,-apple-system,"Segoe UI","Hiragino Sans","Noto Sans JP",sans-serif}
h1{font-size:1.8rem;margin:0}h2{margin:3.5rem 0 .2rem;padding-top:1.5rem;border-top:1px solid var(--rule)}
.quiet,.source,li{color:var(--quiet)}.source{font-size:.85rem}svg{max-width:100%;height:auto}figure{margin:1rem 0;overflow-x:auto}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.45rem .7rem;border-bottom:1px solid var(--rule);text-align:right;vertical-align:top}
th{font-weight:600;color:var(--quiet)}th:first-child,td:first-child{text-align:left}dt{font-weight:600;margin-top:.8rem}dd{margin:0;color:var(--quiet)}
`;

/** All replays on one page that needs nothing but itself: no script, no font, no picture from elsewhere. */
export function page(replays: readonly Replay[]): string {
  const defences = DEFENCES.map(
    ({ label, labelJa, about }) =>
      element(
        'dt',
        {},
        `${escaped(label)} `,
        element('span', { class: 'quiet', lang: 'ja' }, escaped(labelJa)),
      ) + element('dd', {}, escaped(about)),
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>Killswitch: incidents, replayed</title><style>${STYLE}</style></head>`,
    '<body>',
    '<h1>Incidents, replayed</h1>',
    '<p>Each incident on a simulated account, once under every defence: what the intruder spends, by the account’s own ledger. Days pass in virtual time; the stack is the real one, its function the real bundle. Budgets looks every eight hours and sees the bill of that moment: AWS’s own may be hours behind, for every defence alike.</p>',
    '<p lang="ja">実際の事例を仮想のAWSアカウントで再生し、対策ごとに被害額を比べます。</p>',
    element('dl', {}, ...defences),
    ...replays.map(section),
    '</body></html>\n',
  ].join('\n');
}

function section(replay: Replay): string {
  const { name, title, titleJa, story, storyJa, source, assumptions } = replay.incident;
  const list = (items: readonly string[]) =>
    items.length === 0 ? '' : element('ul', {}, ...items.map((item) => element('li', {}, escaped(item))));
  return [
    element('h2', { id: name }, escaped(title)),
    titleJa ? element('p', { lang: 'ja', class: 'quiet' }, escaped(titleJa)) : '',
    element('p', {}, escaped(story.join(' '))),
    storyJa ? element('p', { lang: 'ja' }, escaped(storyJa)) : '',
    element('p', { class: 'source' }, escaped(`Source: ${source}.`)),
    element('figure', {}, draw(pictureOf(replay))),
    table(columnNames, rowsOf(replay)),
    ...monthTablesOf(replay).map(
      ({ label, rows: [names = [], ...rows] }) => element('p', {}, escaped(label)) + table(names, rows),
    ),
    list(remarksOf(replay).map(({ remark, defences }) => `${labelOf(defences[0] ?? '')}: ${remark}`)),
    list(assumptions.map((text) => `Assumption: ${text}`)),
  ].join('\n');
}

function table(names: readonly string[], entries: readonly (readonly string[])[]): string {
  const cells = (name: 'th' | 'td', row: readonly string[]) =>
    row.map((cell) => element(name, {}, escaped(cell)));
  const head = element('thead', {}, element('tr', {}, ...cells('th', names)));
  const rows = entries.map((row) => element('tr', {}, ...cells('td', row)));
  return element('div', { class: 'scroll' }, element('table', {}, head, element('tbody', {}, ...rows)));
}
