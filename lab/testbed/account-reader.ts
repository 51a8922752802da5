import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawnGroup } from '../../simulated-aws/host/child-processes.ts';
import type { Moto } from './moto.ts';
import type { Command } from './moto-installation.ts';
import { PLANTER } from './planted-account.ts';

export interface RegionContent {
  readonly instances: readonly {
    readonly id: string;
    readonly state: 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';
    readonly lifecycle: string;
    readonly group: string | null;
  }[];
  readonly groups: readonly {
    readonly name: string;
    readonly min: number;
    readonly max: number;
    readonly desired: number;
    readonly members: readonly string[];
    readonly suspended: readonly string[];
  }[];
  readonly spotRequests: readonly { readonly id: string; readonly state: string; readonly type: string }[];
}

/** An account as boto3 sees it. */
export interface AccountContent {
  readonly regions: Readonly<Record<string, RegionContent>>;
  readonly users: readonly {
    readonly name: string;
    readonly keys: readonly { readonly id: string; readonly status: 'Active' | 'Inactive' }[];
    readonly attachedPolicies: readonly string[];
  }[];
}

const SCRIPT = fileURLToPath(new URL('read_account.py', import.meta.url));

/** No profile or proxy of the person who runs this may reach boto3. */
export const botoEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  PYTHONDONTWRITEBYTECODE: '1',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
});

type Answer = { readonly account: AccountContent } | { readonly error: string };

/** A Python that has loaded boto3, which takes two seconds, and answers one question after the other. */
class Reader {
  readonly #child: ChildProcess;
  readonly #waiting: { resolve(answer: Answer): void; reject(thrown: Error): void }[] = [];
  #lastWords = '';

  constructor([python, ...first]: Command) {
    const command = [python, ...first, SCRIPT] as const;
    this.#child = spawnGroup(command, { env: botoEnvironment(), stdio: 'pipe' });
    const { stdout, stderr } = this.#child;
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = text;
    });
    if (stdout)
      createInterface({ input: stdout }).on('line', (line) => {
        this.#waiting.shift()?.resolve(JSON.parse(line) as Answer);
        if (this.#waiting.length === 0) this.#hold(false);
      });
    const end = (why: string) => {
      readers.delete(python);
      for (const { reject } of this.#waiting.splice(0))
        reject(new Error(`${why}: ${this.#lastWords.trim()}`));
    };
    this.#child.once('error', ({ message }) => end(message));
    this.#child.once('close', (code) => end(`boto3's process ended with exit code ${code}`));
    this.#hold(false);
  }

  ask(question: object): Promise<Answer> {
    this.#hold(true);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    });
  }

  /** Only while it is asked something does this process wait for it. */
  #hold(waits: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const each of [
      this.#child,
      stdin as Socket | null,
      stdout as Socket | null,
      stderr as Socket | null,
    ])
      if (waits) each?.ref();
      else each?.unref();
  }
}

/** One for each interpreter; they end with this process. */
const readers = new Map<string, Reader>();

/**
 * Reads the account with boto3, in `regions` or in all that DescribeRegions gives.
 * @throws Error with boto3's own words when it could not.
 */
export async function readAccount(
  { url, python }: Pick<Moto, 'url' | 'python'>,
  options: {
    readonly regions?: readonly string[];
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  } = {},
): Promise<AccountContent> {
  const { regions = [], credentials = PLANTER } = options;
  const reader = readers.get(python[0]) ?? new Reader(python);
  readers.set(python[0], reader);
  const answer = await reader.ask({ endpoint: url, regions, ...credentials });
  if ('error' in answer) throw new Error(answer.error);
  return answer.account;
}

/** Ids of what still runs (or is about to) anywhere. */
export function runningInstances(account: AccountContent): string[] {
  return Object.values(account.regions).flatMap(({ instances }) =>
    instances.filter(({ state }) => state === 'running' || state === 'pending').map(({ id }) => id),
  );
}

/** Ids of all active access keys. */
export function activeAccessKeys(account: AccountContent): string[] {
  return account.users.flatMap(({ keys }) =>
    keys.filter((key) => key.status === 'Active').map(({ id }) => id),
  );
}
