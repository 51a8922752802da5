import '../../lab/simulation/lazy-modules.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type AccountContent, readAccount } from '../../lab/testbed/account-reader.ts';
import type { AwsCall } from '../../lab/testbed/aws-call.ts';
import type { Moto } from '../../lab/testbed/moto.ts';
import { permissionsBoundaries } from '../../lab/testbed/moto-gaps.ts';
import { PLANTER, PlantedAccount } from '../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../lab/testbed/proxy.ts';
import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy/policy.ts';
import type { Named } from '../../lambda/core/policy/undo.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { type Deps, newRun } from '../../lambda/engine/deps.ts';
import { restore } from '../../lambda/engine/restore.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import type { Clock } from '../../lambda/shell/clock.ts';
import { readIncident } from '../../lambda/shell/journal/incident-records.ts';
import { FolderStore, type Store } from '../../lambda/shell/journal/store.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { unlimitedClients } from '../idle-time/clients.ts';
import { IdleClock } from '../idle-time/idle-clock.ts';
import { emptyMoto } from '../moto-of-the-worker.ts';

/** moto is consistent at once, so a second look need not wait for it. */
const VERIFY_AFTER_MS = 50;

/** Enough for what is tested here; one test looks everywhere, since moto has one core. */
const FEW_REGIONS: ReadonlySet<string> = new Set(['us-east-1', 'eu-west-1']);

/** An account in moto behind the recording proxy, and the engine with a journal in a folder of its own. */
export interface EngineSetup {
  readonly moto: Moto;
  readonly proxy: RecordingProxy;
  planted: PlantedAccount;
  /** The account as boto3 sees it. */
  readonly read: (options?: { regions?: readonly string[] }) => Promise<AccountContent>;
  readonly boundaries: Map<string, string>;
  readonly journal: string;
  /** The engine's. */
  readonly clock: IdleClock;
  /** The default account, emptied as all others are, and an empty journal. */
  reset(): Promise<void>;
  /** Another account, which is empty, and an empty journal. */
  renew(): Promise<void>;
  fire(policy?: Partial<Policy>, timeoutMs?: number): Promise<Report>;
  putBack(incident: string, keys?: Named): Promise<RestoreStep[]>;
  stop(): Promise<void>;
}

export async function startSetup(): Promise<EngineSetup> {
  const moto = await emptyMoto();
  const proxy = await startProxy(moto.url);
  const journal = await mkdtemp(join(tmpdir(), 'killswitch-journal-'));
  const boundaries = new Map<string, string>();
  process.env['AWS_ENDPOINT_URL'] = proxy.url;
  process.env['AWS_ACCESS_KEY_ID'] = PLANTER.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = PLANTER.secretAccessKey;
  delete process.env['AWS_PROFILE'];
  delete process.env['AWS_SESSION_TOKEN'];
  const store = new FolderStore(journal);
  const clock = new IdleClock(() => proxy.calls.filter(isHanging).length);
  let accounts = 0;

  async function startOver(credentials: typeof PLANTER): Promise<void> {
    setup.planted.close();
    await rm(journal, { recursive: true, force: true });
    boundaries.clear();
    proxy.rules.clear();
    proxy.forgetCalls();
    proxy.delayMs = 0;
    delete proxy.onCall;
    process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId;
    setup.planted = new PlantedAccount(moto.url, credentials);
  }

  const setup: EngineSetup = {
    moto,
    proxy,
    journal,
    boundaries,
    clock,
    planted: new PlantedAccount(moto.url),
    read: (options = {}) => readAccount(moto, { ...options, credentials: setup.planted.credentials }),
    reset: async () => {
      await moto.reset();
      await startOver(PLANTER);
    },
    renew: async () => startOver(await newAccount(moto, String(100_000_000_000 + ++accounts))),
    fire: (policy = {}, timeoutMs = 120_000) => fireFromHere(store, clock, policy, timeoutMs),
    putBack: (incident, keys = 'all') => putBackFromHere(store, clock, incident, keys),
    stop: async () => {
      clock.stop();
      setup.planted.close();
      await proxy.stop();
      await moto.stop();
      await rm(journal, { recursive: true, force: true });
    },
  };
  return setup;
}

/** One run of the engine in this process, against whatever AWS_ENDPOINT_URL is; it ends after so long at the latest. */
export function fireFromHere(
  store: Store,
  clock: Clock,
  policy: Partial<Policy> = {},
  timeoutMs = 120_000,
): Promise<Report> {
  const ended = new AbortController();
  clock.sleep(timeoutMs, ended.signal).then(
    () => ended.abort(),
    () => {}, // the run has ended
  );
  const clients = unlimitedClients(clock, ended.signal);
  const deps: Deps = {
    clients,
    clock,
    kinds,
    policy: { ...DEFAULT_POLICY, onlyRegions: FEW_REGIONS, ...policy },
    verifyAfterMs: VERIFY_AFTER_MS,
    newRun: () => newRun(clock.now()),
    identity: () => identify(clients, clock),
    store: Promise.resolve(store),
    log: () => {},
    onProgress: () => {},
  };
  const id = newRun(clock.now());
  return run(deps, { source: 'cli', id, action: 'fire', reason: 'a test fired it' }).finally(() =>
    ended.abort(),
  );
}

export async function putBackFromHere(
  store: Store,
  clock: Clock,
  incident: string,
  keys: Named = 'all',
): Promise<RestoreStep[]> {
  const records = await readIncident(store, incident);
  const clients = unlimitedClients(clock, new AbortController().signal);
  return restore(clients, kinds, store, clock, { records, named: keys, dryRun: false }, () => {});
}

/** A call that the proxy leaves without an answer. */
const isHanging = ({ fault, endedAt }: AwsCall) => fault === 'hang' && endedAt === undefined;

/** moto gives any account that a role is assumed in. */
export async function newAccount(moto: Moto, account: string): Promise<typeof PLANTER> {
  const sts = new STSClient({ endpoint: moto.url, region: 'us-east-1', credentials: PLANTER });
  const RoleArn = `arn:aws:iam::${account}:role/owner`;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'owner' }));
  sts.destroy();
  return { accessKeyId: Credentials?.AccessKeyId ?? '', secretAccessKey: Credentials?.SecretAccessKey ?? '' };
}

/** moto has no PutUserPermissionsBoundary: the proxy plays it. */
export function playBoundaries(setup: EngineSetup): void {
  setup.proxy.rules.add(...permissionsBoundaries(setup.boundaries).rules);
}
