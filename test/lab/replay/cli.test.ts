import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inPackage } from '../../../build/package.ts';
import { incidentPath } from '../../../lab/incidents/index.ts';
import type { Measures } from '../../../lab/replay/playing/measures.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';

const AGAINST_HANGING_MS = 600_000;
const TSX = import.meta.resolve('tsx');

/** As `npm run replay -- …` starts it. */
function replay(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--import', TSX, inPackage('lab', 'replay', 'main.ts'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

function fileWith(change: (incident: Record<string, unknown>) => Record<string, unknown>): string {
  const incident = JSON.parse(readFileSync(incidentPath('calm-hobby'), 'utf8')) as Record<string, unknown>;
  const path = join(temporaryFolder('killswitch-incident-').path, 'mine.json');
  writeFileSync(path, JSON.stringify(change(incident), null, 2));
  return path;
}

describe('npm run replay', () => {
  it('names the choices for an incident that does not exist, and plays nothing', async () => {
    const { code, stdout, stderr } = await replay('leaked-kee', 'miners');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'there is no incident leaked-kee: expected leaked-key, takeover, miners, calm-hobby, calm-gpu-afternoon, calm-gpu-allowed',
    );
    expect(stderr).not.toContain('Miners that');
  });

  it('says which field of a file is wrong and in which line, and plays nothing', async () => {
    const path = fileWith((incident) => ({ ...incident, budgetUsd: -1, spends: 1 }));
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('budgetUsd')) + 1;
    const { code, stdout, stderr } = await replay('--file', path, 'calm-hobby');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${path}:${line}: budgetUsd must be at least 1 (US dollars a month) (it is -1)`);
    expect(stderr).toContain('spends is not a field of an incident');
  });

  it('refuses an option that it does not have', async () => {
    const { code, stderr } = await replay('--jsn');
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: npm run replay');
  });

  it('plays a file of one’s own, and --json leaves stdout to the figures', {
    timeout: AGAINST_HANGING_MS,
  }, async () => {
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
