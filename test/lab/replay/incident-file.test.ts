import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseIncident, readIncident } from '../../../lab/incidents/incident-file.ts';
import { INCIDENT_NAMES, incidentPath } from '../../../lab/incidents/index.ts';
import { InputError } from '../../../lambda/core/settings.ts';

const SOUND = readFileSync(incidentPath('miners'), 'utf8');

function problemsOf(text: string): readonly string[] {
  try {
    parseIncident(text, 'my.json');
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

/** What is said about the file when one of its lines is another; `#` stands for that line's number. */
function afterChanging(from: string, to: string): string[] {
  const line = SOUND.slice(0, SOUND.indexOf(from)).split('\n').length;
  expect(SOUND).toContain(from);
  return problemsOf(SOUND.replace(from, to)).map((text) => text.replace(`my.json:${line}:`, 'my.json:#:'));
}

const WEB = { name: 'web', region: 'us-east-1', type: 't3.small', count: 1 };

/** What is said about calm-hobby with other fields of its owner, without the place. */
function calmProblems(fields: object): string[] {
  const calm = JSON.parse(readFileSync(incidentPath('calm-hobby'), 'utf8')) as { owner: object };
  const changed = { ...calm, owner: { ...calm.owner, machines: [WEB], ...fields } };
  return problemsOf(JSON.stringify(changed)).map((text) => text.replace(/^my\.json:\d+: /, ''));
}

describe('an incident file', () => {
  it.each(INCIDENT_NAMES)('%s is sound, and has the name of its file', (name) => {
    expect(readIncident(incidentPath(name)).name).toBe(name);
  });

  it.each([
    [
      'an unknown field',
      '"got": "leaked-key"',
      '"got": "leaked-key", "gott": 1',
      'intruder.gott is not a field of an incident: remove it, or check its spelling',
    ],
    [
      'a negative price',
      '"budgetUsd": 100',
      '"budgetUsd": -100',
      'budgetUsd must be at least 1 (US dollars a month) (it is -100)',
    ],
    [
      'an impossible date',
      '"2025-11-02T00:00:00Z"',
      '"2025-02-30T00:00:00Z"',
      'startsAt is not a date that exists: expected e.g. 2025-06-10 or 2025-06-10T06:00:00Z (it is "2025-02-30T00:00:00Z")',
    ],
    ['a wrong type', '"lastsDays": 7', '"lastsDays": "7"', 'lastsDays must be a number (it is "7")'],
    [
      'an unknown step',
      '"do": "session"',
      '"do": "fly"',
      'intruder.steps.2.do must be launch, group, fargate, create-user, session or assume-role (it is "fly")',
    ],
    [
      'a type without a price',
      '"type": "g4dn.2xlarge"',
      '"type": "g4dn.3tiny"',
      'intruder.steps.8.type is not an instance type that simulated-aws/core/prices.ts knows: expected e.g. c5.4xlarge (it is "g4dn.3tiny")',
    ],
    [
      'a region that does not exist',
      '"us-west-1", "ca-central-1"',
      '"us-moon-1", "ca-central-1"',
      'intruder.steps.8.regions.0 is not a region: expected e.g. us-east-1 (it is "us-moon-1")',
    ],
    [
      'a story that begins after its end',
      '"atHour": 10',
      '"atHour": 1000',
      'intruder.atHour must be within the 7 days of the story',
    ],
    [
      'a group beyond its size',
      '"max": 999',
      '"max": 19',
      'intruder.steps.5.desired must lie between min and max',
    ],
    [
      'the leak of a key that the owner works with',
      '"user": "ci-deploy"',
      '"user": "owner"',
      'intruder.user must not be one of the owner’s own users',
    ],
  ])('says which field and which line is wrong: %s', (_, from, to, problem) => {
    const [first = ''] = afterChanging(from, to);
    expect(first.replace(/^my\.json:(#|\d+): /, '')).toBe(problem);
    expect(first).toMatch(/^my\.json:(#|\d+): /);
  });

  it.each([
    [
      'a time that is given twice',
      { fromHour: 1, from: '2025-09-02' },
      'fromHour is given beside from: keep one of the two',
    ],
    ['dates in the wrong order', { from: '2025-09-03', until: '2025-09-02' }, 'until must be after from'],
    ['a date outside the story', { until: '2026-09-03' }, 'until must be within the story'],
    ['days without hours', { weekdays: ['monday'] }, 'weekdays needs daily: the hours of those days'],
    [
      'a day of the week that does not exist',
      { daily: [1, 2], weekdays: ['mon'] },
      'weekdays.0 must be a day of the week, e.g. saturday (it is "mon")',
    ],
    [
      'holidays that end before they begin',
      { off: [{ from: '2025-09-03', until: '2025-09-02' }] },
      'off.0 must end after it begins (it is {"from":1756857600000,"until":1756771200000})',
    ],
    ['a negative bill', { billedUsdPerHour: -1 }, 'billedUsdPerHour must not be negative (it is -1)'],
  ])('says what is wrong with the owner’s machines: %s', (_, fields, problem) => {
    expect(calmProblems({ machines: [{ ...WEB, ...fields }] })).toEqual([`owner.machines.0.${problem}`]);
  });

  it.each([
    ['no time', {}, 'must have one of at and atHour'],
    ['two times', { at: '2025-09-02', atHour: 24 }, 'must have one of at and atHour'],
    ['a time outside the story', { at: '2025-08-31' }, 'does not begin within the story'],
  ])('says what is wrong with an allowance: %s', (_, begins, problem) => {
    const allowances = [{ hours: 2, usd: 5, region: 'us-west-2', reason: 'a test', ...begins }];
    expect(calmProblems({ allowances })).toEqual([`owner.allowances.0 ${problem}`]);
  });

  it('plays each look of a story with an intruder', () => {
    const [problem] = afterChanging('"lastsDays": 7', '"lastsDays": 7, "skipsQuietHours": 2');
    expect(problem).toBe(
      'my.json:#: skipsQuietHours must be 0 where somebody breaks in: then each look counts',
    );
  });

  it('counts lines as an editor does', () => {
    expect(problemsOf('{\n  "name": "Not a name",\n  "title": "x"\n}')[0]).toMatch(/^my\.json:2: name /);
    expect(afterChanging('"budgetUsd": 100', '"budgetUsd": "x"')).toEqual([
      'my.json:#: budgetUsd must be a number (it is "x")',
    ]);
  });

  it('lists everything that is wrong at once', () => {
    const text = SOUND.replace('"budgetUsd": 100', '"budgetUsd": 0').replace(
      '"lastsDays": 7',
      '"lastDays": 7',
    );
    expect(problemsOf(text).map((problem) => problem.split(': ')[1]?.split(' ')[0])).toEqual(
      expect.arrayContaining(['budgetUsd', 'lastDays', 'lastsDays']),
    );
  });

  it('refuses a field that is given twice, of which JSON keeps the last', () => {
    expect(afterChanging('"lastsDays": 7', '"lastsDays": 7, "lastsDays": 8')).toEqual([
      'my.json:#: lastsDays is given twice: keep one of the two',
    ]);
  });

  it.each([
    ['nothing', '', 'my.json:1: '],
    ['broken JSON', '{\n  "name": \n}', 'my.json:3: not valid JSON'],
    ['no object', '[]', 'my.json:1: the whole file must be an object'],
  ])('refuses %s', (_, text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  it('names a file that cannot be read', () => {
    expect(() => readIncident('/nowhere/x.json')).toThrow(/\/nowhere\/x\.json: cannot be read/);
  });
});
