import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inPackage } from '../../build/package.ts';

let copy: string;
beforeEach(() => {
  copy = realpathSync(mkdtempSync(join(tmpdir(), 'killswitch-entry-')));
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  cpSync(inPackage('bin'), join(copy, 'bin'), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

const put = (path: string, text = '') => {
  mkdirSync(join(copy, path, '..'), { recursive: true });
  writeFileSync(join(copy, path), text);
};
const start = (entry: string) => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [join(copy, 'bin', entry)], {
    encoding: 'utf8',
  });
  return { status, stdout, lines: stderr.trimEnd().split('\n') };
};

describe('the command line that is not built says what to run, not where Node did not find a module', () => {
  it('before the packages are installed', () => {
    const { status, lines } = start('killswitch.js');
    expect(status).toBe(2);
    expect(lines).toEqual([
      `error: the command line is not built (${join(copy, 'dist')} is missing or not whole)`,
      `In ${join(copy, '/')} run: npm ci --omit=dev`,
      'nothing was changed',
    ]);
  });

  it('after them, also where a part is missing', () => {
    put('node_modules/tsx/package.json', '{}');
    expect(start('killswitch.js').lines).toContain(`In ${join(copy, '/')} run: npm run prepare`);
    put('dist/killswitch.mjs', "import './plan-ABCD.mjs';");
    const { status, lines } = start('killswitch.js');
    expect([status, lines[1]]).toEqual([2, `In ${join(copy, '/')} run: npm run prepare`]);
  });

  it('and keeps every other error', () => {
    put('dist/killswitch.mjs', "console.log('begun'); throw new Error('something else');");
    const { status, stdout, lines } = start('killswitch.js');
    expect([status, stdout]).toEqual([1, 'begun\n']);
    expect(lines.join('\n')).toContain('something else');
  });
});

describe('the CDK app', () => {
  it('is what cdk.json starts', () => {
    expect(JSON.parse(readFileSync(inPackage('cdk.json'), 'utf8')).app).toBe('node bin/app.js');
  });

  it('names the package that is not installed, and what to run', () => {
    const { status, lines } = start('app.js');
    expect(status).toBe(2);
    expect(lines).toEqual(['error: tsx is not installed', `In ${join(copy, '/')} run: npm ci`]);
  });
});
