import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount, dollars, duration } from '../../../lab/measuring/wording.ts';
import { email } from '../../../lab/replay/defences/email.ts';
import { nobody } from '../../../lab/replay/defences/nobody.ts';
import { draw } from '../../../lab/replay/drawing/chart.ts';
import { simplified } from '../../../lab/replay/drawing/simplified.ts';
import { spread } from '../../../lab/replay/drawing/spread.ts';
import { page } from '../../../lab/replay/page.ts';
import { pictureOf } from '../../../lab/replay/picture-of.ts';
import type { Replay } from '../../../lab/replay/replay.ts';
import { asMarkdown, asText } from '../../../lab/replay/table.ts';
import { incidentWith } from '../intruder/attacked-account.ts';

const steps = [{ do: 'launch', atMinute: 5, regions: ['us-east-1'], type: 'c5.4xlarge', count: 10 }];

async function replayOf(fields: Readonly<Record<string, unknown>> = {}): Promise<Replay> {
  const incident = incidentWith({
    title: 'Keys & <locks>',
    titleJa: '鍵と錠',
    currency: { code: 'JPY', perUsd: 150 },
    owner: { users: ['owner'], readsMailAfterHours: 24, discoversAfterHours: 30 },
    intruder: { got: 'leaked-key', atHour: 2, steps },
    ...fields,
  });
  return { incident, courses: [await nobody.play(incident), await email.play(incident)] };
}

/** Elements that are not closed in their order, by name. */
function leftOpen(xml: string): string[] {
  const open: string[] = [];
  for (const [, closing, name = '', empty] of xml.matchAll(
    /<(\/?)([\w-]+)(?:\s+[\w:-]+="[^"<]*")*\s*(\/?)>/g,
  )) {
    if (closing && open.pop() !== name) return [name];
    if (!closing && !empty) open.push(name);
  }
  return xml.match(/<[^>]*>/g)?.every((tag) => /^<\/?[\w-]+(\s+[\w:-]+="[^"<]*")*\s*\/?>$/.test(tag))
    ? open
    : ['a tag'];
}

describe('a drawing', () => {
  it('is one well-formed SVG with a title, a description and nothing from elsewhere', async () => {
    const svg = draw(pictureOf(await replayOf()));
    expect(leftOpen(svg)).toEqual([]);
    expect(svg).toContain('role="img"');
    expect(svg).toMatch(/<title id="replay-test-title">Keys &#38; &#60;locks&#62;<\/title>/);
    expect(svg).toMatch(/<desc id="replay-test-desc">.*nobody acts until it is noticed: \$/);
    expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|<script|<image|@import|url\(/,
    );
  });

  it('takes a line of more points than a call takes arguments, as a year has', async () => {
    const { name, ...picture } = pictureOf(await replayOf());
    const points = Array.from({ length: 200_000 }, (_, at) => ({ day: at, usd: at }));
    const rows = picture.rows.map((row) => ({ ...row, points }));
    expect(draw({ name, ...picture, rows })).toContain('</svg>');
  });

  it('names every line where it ends, with its dollars, and says what became of it', async () => {
    const played = await replayOf();
    const svg = draw(pictureOf(played));
    for (const { measures } of played.courses)
      expect(svg).toContain(amount(measures.dollars, played.incident.currency));
    expect(svg.match(/contained after/g)?.length).toBeGreaterThanOrEqual(2);
    expect(svg).toContain('鍵と錠');
  });

  it('reads in light and in dark', async () => {
    expect(draw(pictureOf(await replayOf()))).toContain('prefers-color-scheme:dark');
  });

  it('is the same for the same replay', async () => {
    expect(draw(pictureOf(await replayOf()))).toBe(draw(pictureOf(await replayOf())));
  });

  it('of a calm month shows the owner’s own spending and limit', async () => {
    const machines = [{ name: 'web', region: 'us-east-1', type: 't3.small', count: 1 }];
    const owner = { users: ['owner'], readsMailAfterHours: 24, machines };
    const svg = draw(pictureOf(await replayOf({ owner, intruder: undefined })));
    expect(svg).toContain('the owner’s limit, $50 a month');
    expect(svg).toContain('no false fire');
  });
});

describe('the page and the tables', () => {
  it('show every incident and every defence, in English and Japanese', async () => {
    const replays = [await replayOf()];
    const html = page(replays);
    for (const text of ['Keys &#38; &#60;locks&#62;', 'lang="ja"', '<svg', 'this stack, budget alarm alone'])
      expect(html).toContain(text);
    expect(html).not.toMatch(/<script|src=|<link/);
    expect(asText(replays)).toContain('e-mail, read after a day');
    expect(asMarkdown(replays, 'x')).toContain('![Keys & <locks>](test.svg)');
  });
});

describe('labels', () => {
  it('never lie on each other, keep their order and stay between the ends', () => {
    const places = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(places, (wanted) => {
        const placed = spread(wanted, 40, 0, 300);
        const order = wanted.map((_, at) => at).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
        const sorted = order.map((at) => placed[at] ?? Number.NaN);
        expect(sorted[0]).toBeGreaterThanOrEqual(-1e-6);
        expect(sorted.at(-1)).toBeLessThanOrEqual(300 + 1e-6);
        sorted.slice(1).forEach((place, at) => {
          expect(place - (sorted[at] ?? 0)).toBeGreaterThanOrEqual(40 - 1e-6);
        });
      }),
    );
  });
});

describe('a simplified line', () => {
  it('keeps both ends and is nowhere more than a third of a pixel away', () => {
    const heights = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(heights, (ys) => {
        const points = ys.map((y, x) => [x, y] as const);
        const kept = simplified(points, (point) => point);
        expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
        for (const [x, y] of points) {
          const next = kept.findIndex(([at]) => at >= x);
          const [to, from] = [kept[next] ?? [0, 0], kept[Math.max(0, next - 1)] ?? [0, 0]];
          const share = to[0] === from[0] ? 0 : (x - from[0]) / (to[0] - from[0]);
          expect(Math.abs(from[1] + share * (to[1] - from[1]) - y)).toBeLessThanOrEqual(0.31);
        }
      }),
    );
  });
});

describe('words', () => {
  it.each([
    [null, 'never'],
    [0.2, '12 s'],
    [12, '12 min'],
    [200, '3 h 20 min'],
    [1440, '1 d'],
    [4530, '3 d 3 h'],
  ])('%s minutes: %s', (minutes, text) => {
    expect(duration(minutes)).toBe(text);
  });

  it('amounts', () => {
    expect([dollars(5700.4), dollars(0), dollars(50), dollars(12.5)]).toEqual([
      '$5,700',
      '$0',
      '$50',
      '$12.50',
    ]);
    expect(amount(140_000, { code: 'JPY', perUsd: 135 })).toBe('$140,000 · ¥18.9 million');
  });
});
