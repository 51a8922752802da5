import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadAllow } from '../../lib/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'killswitch-allow-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('says of a misspelt list what is wrong and what to do', () => {
  writeFileSync(
    join(folder, 'killswitch.config.json'),
    '{ "allow": { "instance": ["i-0123456789abcdef0"] } }',
  );
  expect(() => loadAllow(folder)).toThrow(
    'killswitch.config.json: allow.instance is not a setting: remove it, or check its spelling',
  );
});

it('refuses a list that is given twice, but not for the rest of the file, and reads a byte order mark', () => {
  const path = join(folder, 'killswitch.config.json');
  writeFileSync(path, '\uFEFF{ "allow": { "users": ["bob"] },\n "mode": "stop", "mode": "stop" }');
  expect(loadAllow(folder)?.users).toEqual(['bob']);
  writeFileSync(path, '{ "allow": { "users": ["bob"] },\n "allow": { "users": ["carol"] } }');
  expect(() => loadAllow(folder)).toThrow(
    'killswitch.config.json: allow is given 2 times, in lines 1 and 2: keep one of them',
  );
});
