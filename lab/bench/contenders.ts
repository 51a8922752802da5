import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bundle } from '../../build/bundle/bundle.ts';
import type { Account } from './account.ts';
import { type ChildRun, childEnvironment, runChild } from './child-process.ts';
import { runFireFromHere } from './command-line.ts';

/** A way to stop an account that people use. */
export interface Contender {
  readonly name: string;
  /** Why it cannot run here. */
  readonly missing?: string;
  run(): Promise<ChildRun>;
}

const peer = (file: string): string => fileURLToPath(new URL(`peers/${file}`, import.meta.url));

/** Ours, and the scripts that people write: lab/bench/peers/. */
export function contenders({ proxy, moto }: Account, cli: Bundle): { ours: Contender; peers: Contender[] } {
  const env = childEnvironment(proxy.url);
  const script = (command: readonly [string, ...string[]], atMostMs: number) =>
    runChild(command, { env, atMostMs });
  return {
    ours: { name: 'killswitch fire', run: () => runFireFromHere(cli, proxy.url) },
    peers: [
      {
        name: 'boto3 script, one after the other',
        run: () => script([...moto.python, peer('stop_everything.py')], 300_000),
      },
      {
        name: 'SDK script, all at once',
        run: () => script([process.execPath, peer('stop-everything.mjs')], 300_000),
      },
      {
        name: 'awscli loop',
        ...missing('bash', 'aws'),
        run: () => script(['bash', peer('stop-everything.sh')], 900_000),
      },
    ],
  };
}

function missing(...programs: string[]): { missing?: string } {
  const absent = programs.filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status !== 0);
  return absent.length > 0 ? { missing: `${absent.join(' and ')} not on PATH` } : {};
}
