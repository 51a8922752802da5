import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLines, type JournalRecord, recordsOf, toLines, undoList } from '../../lambda/core/journal.ts';
import { type Action, VERBS } from '../../lambda/core/model.ts';

const anyAction = fc.record({
  kind: fc.string(),
  scope: fc.string(),
  id: fc.string({ unit: 'binary' }),
  verb: fc.constantFrom(...VERBS),
  before: fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string()),
    ),
  ),
}) satisfies fc.Arbitrary<Action>;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const record = (change: Partial<JournalRecord> = {}): JournalRecord => ({
  schemaVersion: 1,
  incident: 'ks-1',
  run: 'ks-1',
  at: '2026-01-31T12:00:00.000Z',
  kind: 'ec2-instance',
  scope: 'us-east-1',
  id: 'i-1',
  verb: 'stop',
  before: { state: 'running' },
  ...change,
});

describe('journal lines', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(fc.array(anyAction), (actions) => {
        const records = recordsOf(actions, 'ks-1', 'run', '2026-01-31T12:00:00.000Z');
        const read = fromLines(toLines(records));
        expect(read.unreadable).toEqual([]);
        expect(plain(read.records)).toEqual(plain(records));
      }),
    );
  });

  it('keep every field of the state before, whatever its name', () => {
    const before = { prototype: false, constructor: 'c', valueOf: 1 };
    expect(fromLines(toLines([record({ before })])).records).toEqual([record({ before })]);
  });

  it('hold only what undo needs, and no `after`', () => {
    const action: Action = {
      kind: 'k',
      scope: 's',
      id: 'i',
      verb: 'stop',
      before: {},
      after: { kind: 'other' },
    };
    expect(toLines(recordsOf([action], 'i', 'r', 't'))).not.toMatch(/after|other/);
  });

  it('that cannot be read are kept apart, and do not affect other lines', () => {
    const good = toLines([record()]);
    const bad = [
      good.slice(0, 40),
      'null',
      '[]',
      '"text"',
      JSON.stringify({ ...record(), schemaVersion: 2 }),
      JSON.stringify({ ...record(), verb: 'delete' }),
      JSON.stringify({ ...record(), before: null }),
      JSON.stringify({ ...record(), id: 7 }),
    ];
    const { records, unreadable } = fromLines(
      `\n${bad[0]}\n${good}${bad.slice(1).join('\n')}\n\n${good.replace('\n', '\r\n')}`,
    );
    expect(records).toEqual([record(), record()]);
    expect(unreadable).toEqual(bad);
  });

  it('are records or unreadable, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { records, unreadable } = fromLines(text);
        const lines = text.split('\n').filter((line) => line.trim() !== '');
        expect(records.length + unreadable.length).toBe(lines.length);
      }),
    );
  });
});

describe('the undo list', () => {
  it('has each change once, with the oldest `before`, in any order of the files', () => {
    const first = record({ at: '2026-01-31T12:00:00.000Z', before: { state: 'running' } });
    const later = record({ at: '2026-01-31T12:05:00.000Z', before: { state: 'stopping' } });
    for (const records of [
      [first, later],
      [later, first],
    ])
      expect(undoList(records)).toEqual([
        { kind: 'ec2-instance', scope: 'us-east-1', id: 'i-1', verb: 'stop', before: { state: 'running' } },
      ]);
  });

  it('separates different changes of one resource, and one id in two places', () => {
    const list = undoList([
      record(),
      record({ verb: 'unprotect' }),
      record({ scope: 'eu-west-1' }),
      record({ kind: 'other' }),
    ]);
    expect(list).toHaveLength(4);
  });
});
