import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Measures } from '../../lab/replay/playing/measures.ts';
import { fileWith, replay } from '../lab/replay/replay-command.ts';

describe('npm run replay', () => {
  it('plays a file of one’s own, and --json leaves stdout to the figures', async () => {
    const path = fileWith((incident) => ({ ...incident, name: 'mine', lastsDays: 0.25 }));
    const { code, stdout, stderr } = await replay('--file', path, '--json');
    expect(code).toBe(0);
    const measures = JSON.parse(stdout) as Measures[];
    expect(measures.map(({ defence }) => defence)).toEqual([
      'nobody',
      'email',
      'budgets-actions',
      'stack',
      'stack-all-signals',
    ]);
    expect(Object.keys(measures[0] ?? {})).toEqual([
      'incident',
      'defence',
      'dollars',
      'minutesToFirstStop',
      'minutesToLastStop',
      'minutesToCredentialsDead',
      'minutesToClean',
      'falseFires',
      'firesAtLimit',
      'warnings',
      'ownWarnings',
      'minutesFromKnowable',
      'months',
    ]);
    expect(measures[4]?.months).toEqual([
      { month: '2025-09', spentUsd: expect.any(Number), falseFires: 0, firesAtLimit: 0, ownWarnings: 0 },
    ]);
    const [, page = ''] = /The drawings: (.*)/.exec(stderr) ?? [];
    expect(readFileSync(page, 'utf8')).toContain('<svg');
  });

  it('ends with 3 where this stack fires falsely, and says when', async () => {
    // The free tier pays for it, and nobody tells the price list: $13.06 within three hours, of a limit of $1.
    const machines = [
      { name: 'free', region: 'us-east-1', type: 'c5.24xlarge', count: 1, billedUsdPerHour: 0 },
    ];
    const path = fileWith((incident) => ({
      ...incident,
      name: 'mine',
      lastsDays: 0.25,
      budgetUsd: 1,
      owner: { ...(incident['owner'] as object), machines },
    }));
    const { code, stderr } = await replay('--file', path);
    expect(code).toBe(3);
    expect(stderr).toContain(
      'not calm: mine, stack-all-signals: 2025-09: it stopped the owner’s machines or keys wrongly, once',
    );
  });
});
