import { execFile } from 'node:child_process';
import { inPackage } from '../../../build/package.ts';

const MAIN = inPackage('lab', 'seeds', 'main.ts');

/** `npm run seeds -- …`, as a user runs it. */
export function seeds(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}
