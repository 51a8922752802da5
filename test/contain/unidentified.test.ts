import { describe, expect, it } from 'vitest';
import type { Caller } from '../../lambda/core/policy/policy.ts';
import { allKinds } from '../../lambda/kinds/all.ts';
import type { Kind } from '../../lambda/kinds/kind.ts';
import { Lamps } from '../shell/in-memory-kind.ts';
import { ids, REGION, setUp } from './scope-setup.ts';

const NOBODY: Caller = { exemptKeys: new Set(), unknown: true, unidentified: true };
const ALICE: Caller = { exemptKeys: new Set(['key-0']), unknown: false };

/** Machines, and keys that a change of could lock out whoever runs this. */
function machinesAndKeys() {
  const machines = new Lamps('machine', REGION, ids(3, 'machine'));
  const keys = new Lamps('key', REGION, ids(3, 'key'), 'disable');
  const own = { caller: ({ exemptKeys }: Caller) => [...exemptKeys], locksOut: true } as const;
  const kinds: readonly Kind[] = [machines.kind, { ...keys.kind, exempt: own }];
  return { machines, keys, ...setUp(kinds) };
}

describe('while STS has not said who runs this', () => {
  it('machines are stopped at once, and what may lock out the caller when it is known', async () => {
    const { machines, keys, contain, ready, clock, seconds } = machinesAndKeys();
    const at: Record<'machine' | 'key', Set<number>> = { machine: new Set(), key: new Set() };
    machines.beforeSwitch = () => void at.machine.add(seconds());
    keys.beforeSwitch = () => void at.key.add(seconds());
    const callerInTheEnd = clock.sleep(40_000).then(() => ALICE);
    const report = await contain(Promise.resolve({ ...ready, caller: NOBODY, callerInTheEnd }));
    expect(at).toEqual({ machine: new Set([0]), key: new Set([40]) });
    expect(keys.lit).toEqual(['key-0']);
    expect(report.skips).toMatchObject([{ kind: 'key', id: 'key-0', skip: 'caller' }]);
  });

  it('and never says: nothing that may lock out the caller is changed, and each is named', async () => {
    const { machines, keys, contain, ready, clock } = machinesAndKeys();
    const callerInTheEnd = clock.sleep(60_000).then(() => NOBODY);
    const report = await contain(Promise.resolve({ ...ready, caller: NOBODY, callerInTheEnd }));
    expect(machines.lit).toEqual([]);
    expect(keys.lit).toEqual(ids(3, 'key'));
    expect(report.skips.map(({ kind, skip }) => `${kind} ${skip}`)).toEqual(
      Array(3).fill('key unidentified'),
    );
  });
});

it('every kind that signs requests, or spares the user of a session, says that it may lock somebody out', () => {
  const session: Caller = { exemptKeys: new Set(['AKIA']), exemptUser: 'alice', unknown: false };
  const some = allKinds.filter((kind) => kind.isCredential || kind.exempt?.caller?.(session).length);
  expect(some.length).toBeGreaterThan(0);
  for (const { name, exempt } of some) expect([name, exempt?.locksOut]).toEqual([name, true]);
});
