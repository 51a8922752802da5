import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileWith, replay } from './replay-command.ts';

describe('npm run replay', () => {
  it('names the choices for an incident that does not exist, and plays nothing', async () => {
    const { code, stdout, stderr } = await replay('leaked-kee', 'miners');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'there is no incident leaked-kee: expected leaked-key, takeover, miners, calm-hobby, calm-gpu-afternoon, calm-gpu-allowed, calm-year',
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
});
