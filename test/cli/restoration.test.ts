import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tellDeployed } from '../../bin/undo/restoration.ts';
import {
  freshMemory,
  MEMORY_KEY,
  memoryDocument,
  type TripwireMemory,
} from '../../lambda/core/tripwire/memory.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { BUDGET, HOME, LIMIT_USD, TickSetup } from '../tripwire/tick-setup.ts';

let setup: TickSetup;
let said: string;
beforeEach(() => {
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  setup.stop();
});

/** Of an incident that the deployed function has journaled itself, in a month that has cost so much. */
function toldOf(
  spentUsd: number,
  budgetName: string | null = BUDGET,
  memoryAt?: (now: number) => TripwireMemory,
): Promise<Readonly<Record<string, number>> | undefined> {
  setup = new TickSetup();
  setup.account.ledger.book({ service: 'ECS', region: HOME, owner: 'somebody' }, spentUsd);
  setup.account.budgets.refresh();
  const { accountId: account } = setup.account;
  const stack = { name: 'Killswitch', region: HOME, account, budgetName: budgetName ?? undefined };
  if (memoryAt) setup.write(MEMORY_KEY, memoryDocument(memoryAt(setup.now)));
  const { store } = setup;
  const records = { incident: 'i', runs: [], records: [], unreadable: [], refused: new Set<string>() };
  const journals = { stack, deployed: store } as unknown as Parameters<typeof tellDeployed>[2];
  const request = { records, named: 'all' as const, dryRun: false };
  return setup.during(tellDeployed(setup.clients(), systemClock, journals, store, request));
}

describe('a restore in a month far past its limit', () => {
  it('says what may run until the month ends', async () => {
    expect(await toldOf(28 * LIMIT_USD)).toEqual({ '2026-01': 28 * LIMIT_USD });
    expect(said).toContain(
      'This month is past twice its limit of $100.00: until it ends, the tripwire stops again',
    );
    expect(said).toContain('more than $0.14 an hour and is not exempt');
  });

  it('says nothing of it where the floor still covers the spend', async () => {
    expect(await toldOf(1.5 * LIMIT_USD)).toEqual({ '2026-01': 1.5 * LIMIT_USD });
    expect(said).toBe('');
  });
});

describe('a restore where the stack has no AWS budget', () => {
  it('deals with what the tripwire estimated, and misses no budget', async () => {
    const estimated = (now: number) => ({ ...freshMemory(now), estimateUsd: 120, writtenAt: now });
    expect(await toldOf(0, null, estimated)).toEqual({ '2026-01': 120 });
    expect(said).toBe('');
    expect(setup.endpoint.calls.filter(({ service }) => service === 'budgets')).toEqual([]);
  });
});
