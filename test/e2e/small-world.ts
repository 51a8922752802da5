import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { killGroup, spawnGroup } from '../../testbed/child-processes.ts';
import type { Moto } from '../../testbed/moto.ts';
import { PLANTER, World } from '../../testbed/world.ts';

export const REGION = 'us-east-1';
const SCRIPT = fileURLToPath(new URL('small_world.py', import.meta.url));

/** What boto3 says about the region and about IAM. */
export interface Snapshot {
  readonly instances: Readonly<Record<string, InstanceState>>;
  readonly groups: Readonly<
    Record<string, { readonly sizes: readonly number[]; readonly suspended: readonly string[] }>
  >;
  readonly users: Readonly<
    Record<string, { readonly keys: Readonly<Record<string, string>>; readonly policies: readonly string[] }>
  >;
}

export interface InstanceState {
  readonly state: string;
  readonly group: string | null;
  readonly stopProtected: boolean;
  readonly terminationProtected: boolean;
}

export interface AccountCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * An account of its own in moto: two plain instances, one with both protections, an Auto Scaling group of two, a
 * user with two keys and one with one. Several of them live in one moto and do not see each other.
 */
export interface SmallWorld {
  readonly credentials: AccountCredentials;
  /** Reads the account with boto3. */
  snapshot(): Promise<Snapshot>;
  /** Launches the machines again, where they were terminated. Users and the group live on. */
  replant(): Promise<void>;
  stop(): Promise<void>;
}

/** Plants it in the account `number`, any twelve digits. */
export async function plantSmallWorld(moto: Moto, number: string): Promise<SmallWorld> {
  const credentials = await credentialsOf(moto, number);
  const world = new World(moto.url, credentials);
  const plantMachines = async () => {
    const [, , guarded = ''] = await world.instances(REGION, 3);
    await world.protect(REGION, [guarded], 'DisableApiStop');
    await world.protect(REGION, [guarded], 'DisableApiTermination');
  };
  await Promise.all([
    plantMachines().then(() => world.autoScalingGroup(REGION, 'miners', 2)),
    world.user('mallory', 2).then(() => world.user('trent', 1)),
  ]);
  const witness = startWitness(moto, credentials);
  return {
    credentials,
    snapshot: witness.read,
    replant: plantMachines,
    stop: async () => {
      world.close();
      await witness.stop();
    },
  };
}

/** moto gives any account that a role is assumed in. */
async function credentialsOf(moto: Moto, account: string): Promise<AccountCredentials> {
  const sts = new STSClient({ endpoint: moto.url, region: REGION, credentials: PLANTER });
  const assume = new AssumeRoleCommand({
    RoleArn: `arn:aws:iam::${account}:role/owner`,
    RoleSessionName: 'owner',
  });
  const { Credentials } = await sts.send(assume);
  sts.destroy();
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('moto assumed no role');
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

function startWitness(moto: Moto, { accessKeyId, secretAccessKey, sessionToken }: AccountCredentials) {
  const [python, ...first] = moto.python;
  const args = [SCRIPT, moto.url, REGION, accessKeyId, secretAccessKey, sessionToken];
  const child = spawnGroup([python, ...first, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // No profile or proxy of the person who runs this may reach boto3.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PYTHONDONTWRITEBYTECODE: '1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    },
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('the witness has no pipes');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    read: async (): Promise<Snapshot> => {
      stdin.write('\n');
      const { value, done } = await lines.next();
      if (done) throw new Error('boto3 could not read the account');
      return JSON.parse(value) as Snapshot;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const closed = once(child, 'close');
      killGroup(child.groupId);
      await closed;
    },
  };
}

/** What still bills or lets somebody in: running machines and active keys. */
export function leftIn({ instances, users }: Snapshot): { instances: string[]; keys: string[] } {
  return {
    instances: Object.entries(instances)
      .filter(([, { state }]) => state === 'running' || state === 'pending')
      .map(([id]) => id),
    keys: Object.values(users).flatMap(({ keys }) =>
      Object.entries(keys)
        .filter(([, status]) => status === 'Active')
        .map(([id]) => id),
    ),
  };
}
