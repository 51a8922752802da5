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
      'warnings',
      'ownWarnings',
      'minutesFromKnowable',
    ]);
    const [, page = ''] = /The drawings: (.*)/.exec(stderr) ?? [];
    expect(readFileSync(page, 'utf8')).toContain('<svg');
  });
});
