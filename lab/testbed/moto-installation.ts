import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

export type Command = readonly [string, ...string[]];

/** The interpreter that has moto, and boto3 too (moto depends on it). */
export interface MotoInstallation {
  readonly python: Command;
}

/** There is no moto here, and none could be installed; the message says how to get it. */
export class MotoMissingError extends Error {
  override readonly name = 'MotoMissingError';
}

const PACKAGE = 'moto[server]==5.2.1';
const HOW_TO_GET_IT = `moto is needed and was not found: install it with  pip install '${PACKAGE}'  (or install uv, or Python 3 with its venv module)`;

/**
 * Looks for `moto_server` on PATH, then for `uvx`, then builds a private venv in the user's cache folder.
 * @throws MotoMissingError saying in one line what to install.
 */
export function findMoto(env: NodeJS.ProcessEnv = process.env): MotoInstallation {
  const server = onPath('moto_server', env);
  if (server) return { python: [interpreterOf(server)] };
  if (isExecutable(privateInterpreter(env))) return { python: [privateInterpreter(env)] };
  const uvx = onPath('uvx', env);
  if (uvx) return { python: [uvx, '--from', PACKAGE, 'python'] };
  return { python: [privateVenv(env)] };
}

/**
 * Says how to get moto, or undefined where it is installed: on PATH, or in the private venv that a drill on moto
 * leaves. Installs nothing.
 */
export function motoMissing(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return onPath('moto_server', env) || isExecutable(privateInterpreter(env)) ? undefined : HOW_TO_GET_IT;
}

export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function interpreterOf(server: string): string {
  // venv, pipx (a link into its venv), pyenv and /usr/bin keep the interpreter beside the script.
  const beside = join(dirname(realpathSync(server)), 'python3');
  return isExecutable(beside) ? beside : 'python3';
}

const privateFolder = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'killswitch');
const privateInterpreter = (env: NodeJS.ProcessEnv): string =>
  join(privateFolder(env), 'moto-5.2.1', 'bin', 'python3');

function privateVenv(env: NodeJS.ProcessEnv): string {
  const python = privateInterpreter(env);
  if (isExecutable(python)) return python;
  const cache = privateFolder(env);
  const venv = join(cache, 'moto-5.2.1');
  const python3 = onPath('python3', env);
  if (!python3) throw new MotoMissingError(HOW_TO_GET_IT);
  mkdirSync(cache, { recursive: true });
  // Built in another folder and renamed: so an incomplete one is never used, and two builds do not collide.
  const building = `${venv}.${process.pid}`;
  try {
    run(python3, ['-m', 'venv', building]);
    run(join(building, 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', PACKAGE]);
    if (!existsSync(venv)) renameSync(building, venv);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return python;
}

function run(file: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(file, args, { encoding: 'utf8', timeout: 300_000 });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? 'no output';
  throw new MotoMissingError(`${HOW_TO_GET_IT} (${file} ${args.slice(0, 3).join(' ')} failed: ${reason})`);
}
