import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Moto } from './moto.ts';
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

/**
 * Reads the account with boto3, in `regions` or in all that DescribeRegions gives.
 * @throws Error with boto3's own words when it could not.
 */
export async function readAccount(
  moto: Pick<Moto, 'url' | 'python'>,
  options: {
    readonly regions?: readonly string[];
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  } = {},
): Promise<AccountContent> {
  const { regions = [], credentials = PLANTER } = options;
  const [python, ...first] = moto.python;
  const { accessKeyId, secretAccessKey } = credentials;
  const { stdout } = await promisify(execFile)(
    python,
    [...first, SCRIPT, moto.url, accessKeyId, secretAccessKey, ...regions],
    {
      env: botoEnvironment(),
      maxBuffer: 256 * 1024 * 1024,
      timeout: 120_000,
    },
  );
  return JSON.parse(stdout) as AccountContent;
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
