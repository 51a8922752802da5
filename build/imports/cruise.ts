import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICruiseResult, IForbiddenRuleType } from 'dependency-cruiser';
import { inPackage, PACKAGE_ROOT } from '../package.ts';

/** Folders whose imports count. Tests may import whatever they test. */
const FOLDERS = ['bin', 'lib', 'lambda', 'build', 'simulated-aws', 'lab'];
/** A program of its own: its parser cannot be loaded beside tsx. */
const CRUISER = inPackage('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * All modules of the package with what they import, and which imports break a rule.
 * @param root another folder than the package, for tests.
 * @throws Error with dependency-cruiser's own words when it could not read a file.
 */
export function cruise(
  forbidden: readonly IForbiddenRuleType[],
  root: string = PACKAGE_ROOT,
  folders: readonly string[] = FOLDERS,
): ICruiseResult {
  const folder = mkdtempSync(join(tmpdir(), 'killswitch-imports-'));
  try {
    const config = join(folder, 'rules.json');
    const options = {
      // Types count as well: who needs a type cannot be understood without it.
      tsPreCompilationDeps: true,
      parser: 'swc',
      doNotFollow: { path: 'node_modules' },
    };
    writeFileSync(config, JSON.stringify({ forbidden, options }));
    const args = [CRUISER, '--config', config, '--output-type', 'json', ...folders];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: MOST_BYTES,
    });
    if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser failed: ${stderr || stdout}`);
    return JSON.parse(stdout) as ICruiseResult;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
