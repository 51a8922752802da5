import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inPackage } from '../../build/package.ts';

/** Nothing but Node.js is to be found there: no Python, no shell, no npx. */
let path: string;
beforeAll(() => {
  path = mkdtempSync(join(tmpdir(), 'killswitch-path-'));
  symlinkSync(process.execPath, join(path, 'node'));
});
afterAll(() => rmSync(path, { recursive: true, force: true }));

/** The drill as a process of its own, as npm starts it. */
function drill(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const tsx = import.meta.resolve('tsx');
  const child = spawn(process.execPath, ['--import', tsx, inPackage('lab', 'drill', 'main.ts'), ...args], {
    env: { PATH: path, HOME: path, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...output }));
  });
}

/** Not a figure to meet: a slow machine may take its time. */
const AGAINST_HANGING_MS = 16 * 60_000;

describe('npm run drill', () => {
  test(
    'plays the whole story on the simulated account, with Node.js alone',
    async () => {
      const { code, stdout, stderr } = await drill();
      expect(stderr).toBe('');
      expect(stdout).toContain('296 machines in 18 regions');
      // The look comes minutes after the first machine; the intruder relaunches once.
      expect(stdout).toMatch(/07:20:03 {2}a key of ses-smtp-user leaks/);
      expect(stdout).toMatch(/07:25:00 {2}the scheduled look sees them/);
      expect(stdout).toContain('the intruder brings back');
      expect(stdout).toMatch(/quiet .*18 of 18 regions +\$0\.00\/h/);
      expect(stdout.match(/the intruder fails .*: none of the keys works/g)).toHaveLength(3);
      // Budgets comes more than half an hour later, when nothing is left to do.
      expect(stdout).toMatch(/Sat 31 Jan 08:00:00 {2}Budgets looks.*: \$5\d\.\d\d of \$50\.00/);
      expect(stdout).toMatch(/✓ verdict: fire, by the schedule, because estimated spend/);
      expect(stdout).toMatch(
        /✓ 2 reports of 1 incident, .* the run for Budgets’ message had none left to do/,
      );
      expect(stdout).toContain('✓ 0 machines run that are not on the allowlist; the intruder had 296');
      expect(stdout).toContain('✓ the intruder spends $0.00 an hour');
      expect(stdout).toContain('✓ AWS accepts 0 of the intruder’s 8 keys');
      for (const act of ['UpdateFunctionCode', 'DisableRule × 8', 'DeleteBudget × 2', 'StopLogging'])
        expect(stdout).toMatch(new RegExp(`✓ \\w+ +${act} +the owner reads who it was after \\d+\\.\\d s`));
      expect(stdout).toMatch(/✓ no trail +DeleteSchedule +the heartbeat’s alarm after \d+ min/);
      expect(stdout).toContain("✓ 3 machines of the owner's run again");
      expect(stdout).not.toContain('✗');
      expect(code).toBe(0);
    },
    AGAINST_HANGING_MS,
  );

  test.each([
    [['--account', 'aws'], "argument 'aws' is invalid. Allowed choices are simulated, moto."],
    [['--account', 'toString'], "argument 'toString' is invalid. Allowed choices are simulated, moto."],
    [['--moto'], "unknown option '--moto'"],
    [['moto'], 'too many arguments. Expected 0 arguments but got 1.'],
  ])('%j is refused', async (args, reason) => {
    const { code, stdout, stderr } = await drill(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('--account <where>');
  });
});
