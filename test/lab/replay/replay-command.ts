import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inPackage } from '../../../build/package.ts';
import { incidentPath } from '../../../lab/incidents/index.ts';
import { temporaryFolder } from '../../../simulated-aws/host/temporary-folder.ts';

const TSX = import.meta.resolve('tsx');

/** As `npm run replay -- …` starts it. */
export function replay(
  ...args: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--import', TSX, inPackage('lab', 'replay', 'main.ts'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });
}

/** An incident file: that of a calm account, changed. */
export function fileWith(change: (incident: Record<string, unknown>) => Record<string, unknown>): string {
  const incident = JSON.parse(readFileSync(incidentPath('calm-hobby'), 'utf8')) as Record<string, unknown>;
  const path = join(temporaryFolder('killswitch-incident-').path, 'mine.json');
  writeFileSync(path, JSON.stringify(change(incident), null, 2));
  return path;
}
