import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../../lambda/core/journal.ts';
import { byName, type Named, undoPlan, unreadableOf } from '../../lambda/core/policy/undo.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { IncidentRecords } from '../../lambda/shell/journal/incident-records.ts';

describe('the plan of a restore', () => {
  const record = (change: Partial<JournalRecord>): JournalRecord => ({
    schemaVersion: 1,
    incident: 'ks-1',
    run: 'ks-1',
    at: '2026-01-31T12:00:00.000Z',
    kind: 'ec2-instance',
    scope: 'us-east-1',
    id: 'i-1',
    verb: 'stop',
    before: {},
    ...change,
  });
  const key = (id: string, user: string) =>
    record({ kind: 'iam-access-key', scope: 'global', id, verb: 'disable', before: { user } });
  const deny = (user: string) => record({ kind: 'iam-user', scope: 'global', id: user, verb: 'deny' });
  const records = (refused: string[] = []): IncidentRecords => ({
    incident: 'ks-1',
    runs: [],
    records: [
      record({}),
      record({ id: 'i-2' }),
      key('AKIA1', 'alice'),
      key('AKIA2', 'alice'),
      key('AKIA3', 'eve'),
      deny('alice'),
      deny('eve'),
    ],
    unreadable: [],
    refused: new Set(refused),
  });
  const idsOf = ({ records: lines, refused }: IncidentRecords, named: Named) =>
    undoPlan(lines, refused, named, byName(allKinds)).map(({ id }) => id);

  it('has only the keys that were named, and only the denies of their users', () => {
    const named = new Set(['iam-access-key/global/AKIA2']);
    expect(idsOf(records(), named)).toEqual(['i-1', 'i-2', 'AKIA2', 'alice']);
    expect(idsOf(records(), new Set())).toEqual(['i-1', 'i-2']);
    expect(idsOf(records(), 'all')).toHaveLength(7);
  });

  it('has the deny of a user who was named, also one with the name of a key', () => {
    const lines = { ...records(), records: [...records().records, deny('AKIA2')] };
    expect(idsOf(lines, new Set(['iam-user/global/eve']))).toEqual(['i-1', 'i-2', 'eve']);
    expect(idsOf(lines, new Set(['iam-access-key/global/AKIA2']))).toEqual(['i-1', 'i-2', 'AKIA2', 'alice']);
    expect(idsOf(lines, new Set(['iam-user/global/AKIA2']))).toEqual(['i-1', 'i-2', 'AKIA2']);
  });

  it('follows the oldest readable line: a forged line does not keep a machine stopped', () => {
    const forged = record({ at: '2020-01-01T00:00:00.000Z', before: { state: 7 } });
    const plan = undoPlan([forged, record({})], new Set(), new Set(), byName(allKinds));
    expect(plan).toMatchObject([{ id: 'i-1', before: {} }]);
    expect(unreadableOf([forged, record({})], byName(allKinds))).toMatchObject([
      { action: { id: 'i-1' }, problem: expect.stringContaining('before.state') },
    ]);
  });

  it('leaves out what AWS refused, since that was never changed', () => {
    expect(idsOf(records(['ec2-instance/us-east-1/i-1#stop']), new Set())).toEqual(['i-2']);
  });
});
