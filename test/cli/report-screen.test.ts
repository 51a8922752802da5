import { describe, expect, it } from 'vitest';
import { clipped, widthOf, wrapped } from '../../bin/screen/columns.ts';
import { ageText, groupedCells, linesOf } from '../../bin/screen/grouped.ts';
import { GLOBAL } from '../../lambda/core/model.ts';
import { notExamined } from '../../lambda/core/policy/coverage.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import { ago, attack, Findings, NOW, TRIGGER } from './attacked-plan.ts';

const LINES = 24;
const COLUMNS = 80;
const real = { notExamined: notExamined(DEFAULT_POLICY, allKinds) };
const tooWide = (screen: string) => screen.split('\n').filter((line) => widthOf(line) > COLUMNS);

describe("a usual attack's plan", () => {
  const screen = attack().screen(real);
  const lines = screen.trimEnd().split('\n');

  it('fits on a terminal of 24 lines of 80 columns, with the question', () => {
    expect(tooWide(screen)).toEqual([]);
    expect(lines.length + 1).toBeLessThanOrEqual(LINES);
  });

  it('groups what is alike, and names what is not', () => {
    expect(screen).toMatch(
      /^ {2}292 instances stopped \(disks are kept\) in 17 regions: \$1130\.63 an hour$/m,
    );
    expect(screen).toMatch(/^ {4}17 regions +× 289 +g4dn\.12xlarge +2 h +\$1130\.57\/h$/m);
    expect(screen).toMatch(/^ {4}us-east-1 +(× 3|i-\d{17}) +web +t3\.small +375 d +\$0\.0[26]\/h$/m);
  });

  it('says whose keys, which users are administrators, and who would be denied', () => {
    expect(screen).toMatch(/ses-backup and support2 +admin +3 h$/m);
    expect(screen).toMatch(/ann, bob and 1 more +not admin +416 d$/m);
    expect(screen).toMatch(/6 users denied everything\n {4}ann, bob, deploy, eve, ses-backup and support2\n/);
  });

  it('says what is left alone and why, and ends with the sum', () => {
    expect(screen).toContain('  - ec2-instance i-0mine (us-east-1): on the allowlist\n');
    expect(screen).toContain('AKIAIOSFODNN7EXAMPLE (global): signs this run (user alice)');
    expect(lines.at(-1)).toBe(
      'SUM $1130.63 an hour would end, at list prices; $0.01 would go on (1 machine)',
    );
  });

  it('says the same in Japanese, in lines that end where a sentence does', () => {
    expect(screen).toContain('(日本語) 何も変更していません。');
    expect(screen).toContain('fire を実行すると 323 件を停止・無効化します（毎時 $1130.63）。');
    expect(lines.filter((line) => /[ぁ-ん]/.test(line) && !/[、。]$/.test(line))).toEqual([]);
  });
});

describe('the report of a fire', () => {
  it('says what it saved an hour and what still bills', () => {
    const found = attack('done');
    found.known.set('ec2-instance/us-east-1/i-odd', { type: 'p5.48xlarge', usdPerHour: 55.04 });
    found.spare({ id: 'i-odd', skip: 'unstoppable', reason: 'its root disk is an instance store' });
    const screen = found.screen({ ...real, journal: `/home/me/${'x'.repeat(90)}` });
    expect(screen.trimEnd()).toMatch(
      /\nSAVED \$1130\.63 an hour, at list prices\. Still bills: \$55\.05 an hour \(2\n {2}machines\), disks, and what was not examined$/,
    );
    expect(screen).toContain('毎時 $1130.63 の課金を止めました。');
    expect(screen).toContain('毎時 $55.05 の課金は続きます。');
    expect(screen).toMatch(/NOT STOPPED\n {2}- ec2-instance i-odd \(us-east-1\): its root disk/);
    // A command is copied whole, and a path is one word.
    expect(screen).toMatch(/^ {4}\.\/killswitch restore ks-20260131-120000-0001$/m);
    expect(tooWide(screen)).toEqual([expect.stringMatching(/^report {4}\/home\/me/)]);
  });

  it('counts a machine that failed as one that bills, also if its protection was lifted', () => {
    const found = new Findings('done').machines('us-east-1', 1, { type: 'm5.large', usdPerHour: 0.096 });
    const [stopped] = found.outcomes;
    if (!stopped) throw new Error('no machine');
    found.outcomes[0] = { ...stopped, status: 'failed', error: 'InternalError: x' };
    found.change(stopped, 'unprotect');
    expect(found.screen(real)).toMatch(/SAVED \$0\.00 an hour, .*Still bills: \$0\.10 an hour \(1 machine\)/);
  });

  it('of a deployed function, whose finds nobody here knows, has ids and no money', () => {
    const found = attack('done');
    found.known.clear();
    const screen = found.screen({ trigger: { ...TRIGGER, source: 'invoke' } as never });
    expect(screen).toMatch(/ 292 instances stopped .*\n {4}i-\d{17}, i-\d{17}, i-\d{17} and 289 more\n/);
    expect(tooWide(screen)).toEqual([]);
    expect(screen).toContain('\nWHY\n');
    expect(screen).not.toMatch(/SAVED|毎時|an hour/);
  });
});

describe('a plan of little', () => {
  it('names each resource, with what a person knows it by', () => {
    const found = new Findings()
      .machines('ap-northeast-1', 1, {
        name: 'ウェブサーバー',
        type: 't3.micro',
        since: ago(30),
        usdPerHour: 0.0136,
      })
      .key('alice', 1, { type: 'admin?', since: ago(1) })
      .denied('alice');
    const screen = found.screen(real);
    expect(screen).toContain(
      '    ap-northeast-1  i-00000000000000000  ウェブサーバー  t3.micro  30 h  $0.01/h\n',
    );
    expect(screen).toMatch(/^ {4}AKIAIOSFODNNALICEX01 {2}alice {2}admin\? {2}1 h$/m);
  });

  it('has no table and no sum where there is nothing', () => {
    const screen = new Findings().screen(real);
    expect(screen).not.toMatch(/WOULD BE STOPPED|SUM/);
  });

  it('says what it left out, and that prices could not be loaded', () => {
    const narrowed = { onlyRegions: ['us-east-1'], excludeRegions: [GLOBAL] };
    const screen = new Findings().screen(
      { ...real, narrowed },
      { problems: ['the prices of X could not be loaded'] },
    );
    expect(screen).toMatch(/^NOT LOOKED AT: all other regions; IAM, excluded by you$/m);
    expect(screen).toContain('  - the prices of X could not be loaded');
  });
});

describe('a table', () => {
  const row = (at: number, change = {}) => ({
    region: 'us-east-1',
    id: `i-${at}`,
    type: 't',
    usdPerHour: 1,
    ...change,
  });

  it('counts every row once, however few lines it has', () => {
    const rows = Array.from({ length: 300 }, (_, at) =>
      row(at, { region: `r-${at % 40}`, type: `t${at % 30}` }),
    );
    for (let most = 1; most < 60; most++) {
      const cells = groupedCells(rows, most, NOW);
      expect(cells.length).toBeLessThanOrEqual(most);
      const counted = cells.reduce(
        (sum, [, what]) => sum + (what.startsWith('× ') ? Number(what.slice(2)) : 1),
        0,
      );
      expect(counted).toBe(300);
    }
  });

  it('cuts off names only, and never loses its columns to wide letters or steering ones', () => {
    const name = `${'長'.repeat(40)}\u001b[2J\u202e`;
    const lines = linesOf(groupedCells([row(1, { name }), row(2, { name: 'a' })], 9, NOW));
    expect(new Set(lines.map(widthOf)).size).toBe(1);
    expect(lines.map(widthOf).every((width) => width <= COLUMNS)).toBe(true);
    expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('cuts an id that an intruder made long: the columns stay, and the plan of an attack fits', () => {
    const id = 'x'.repeat(255);
    const found = attack();
    found.change({ kind: 'ec2-auto-scaling-group', scope: 'us-east-1', id }, 'suspend', { type: 'wants 3' });
    const screen = found.screen(real);
    expect(tooWide(screen)).toEqual([]);
    expect(screen.trimEnd().split('\n').length + 1).toBeLessThanOrEqual(LINES);
    const lines = linesOf(groupedCells([row(1, { id, name: 'web' }), row(2)], 9, NOW));
    expect(lines[0]).toMatch(/^ {4}us-east-1 {2}x{39}… {2}web {2}t {2}\$1\.00\/h$/);
    expect(new Set(lines.map(widthOf)).size).toBe(1);
    const own = 'y'.repeat(40);
    expect(linesOf(groupedCells([row(1, { id: own })], 9, NOW))[0]).toContain(own);
  });

  it('marks an estimate', () => {
    expect(groupedCells([row(1, { isEstimate: true })], 1, NOW)[0]?.[5]).toBe('~$1.00/h');
  });

  it.each([
    [59_000, '0 min'],
    [3_600_000 * 47, '47 h'],
    [86_400_000 * 2, '2 d'],
    [86_400_000 * 1100, '3 y'],
    [-5, '0 min'],
  ])('says an age in one unit: %i ms', (ms, expected) => {
    expect(ageText(ms)).toBe(expected);
  });
});

describe('a line that is too long', () => {
  it('breaks at spaces, and never in a command', () => {
    const command = `./killswitch fire ${'--region us-east-1 '.repeat(6).trim()}`;
    expect(wrapped(`  - To do: ${command}`, 40, '    ')).toEqual(['  - To do:', `    ${command}`]);
    expect(wrapped('one two three', 8)).toEqual(['one two', '  three']);
    expect(wrapped('')).toEqual([]);
    expect(wrapped('close: add --accept-denied a --accept-denied b', 20)).toEqual([
      'close: add',
      '  --accept-denied a --accept-denied b',
    ]);
  });

  it('is cut off by columns, not by letters', () => {
    expect(clipped('日本語です', 5)).toBe('日本…');
    expect(clipped('abc', 3)).toBe('abc');
  });
});
