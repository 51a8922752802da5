import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLICY, type Policy } from '../../lambda/core/policy.ts';
import type { Report } from '../../lambda/core/report-document.ts';
import { clientsUntil, type Deps, newRun } from '../../lambda/deps.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import type { RestoreStep } from '../../lambda/kinds/kind.ts';
import { type KeyChoice, restore } from '../../lambda/restore.ts';
import { run } from '../../lambda/run.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { identify } from '../../lambda/shell/identity.ts';
import { readIncident } from '../../lambda/shell/incident-records.ts';
import { FolderStore } from '../../lambda/shell/store.ts';
import { type Moto, startMoto } from '../../testbed/moto.ts';
import { permissionsBoundaries } from '../../testbed/moto-gaps.ts';
import { type RecordingProxy, startProxy } from '../../testbed/proxy.ts';
import { World } from '../../testbed/world.ts';

/** moto is consistent at once, so a second look need not wait for it. */
const VERIFY_AFTER_MS = 50;

/** Enough for what is tested here; one test looks everywhere, since moto has one core. */
const FEW_REGIONS: ReadonlySet<string> = new Set(['us-east-1', 'eu-west-1', 'eu-west-2', 'sa-east-1']);

/** An account in moto behind the recording proxy, and the engine with a journal in a folder of its own. */
export interface Ground {
  readonly moto: Moto;
  readonly proxy: RecordingProxy;
  world: World;
  readonly boundaries: Map<string, string>;
  readonly journal: string;
  /** An empty account and an empty journal. */
  reset(): Promise<void>;
  fire(policy?: Partial<Policy>, timeoutMs?: number): Promise<Report>;
  putBack(incident: string, keys?: KeyChoice): Promise<RestoreStep[]>;
  stop(): Promise<void>;
}

export async function startGround(): Promise<Ground> {
  const moto = await startMoto();
  const proxy = await startProxy(moto.url);
  const journal = await mkdtemp(join(tmpdir(), 'killswitch-journal-'));
  const boundaries = new Map<string, string>();
  process.env['AWS_ENDPOINT_URL'] = proxy.url;
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  delete process.env['AWS_PROFILE'];
  delete process.env['AWS_SESSION_TOKEN'];
  const store = new FolderStore(journal);

  const ground: Ground = {
    moto,
    proxy,
    journal,
    boundaries,
    world: new World(moto.url),
    reset: async () => {
      ground.world.close();
      await moto.reset();
      await rm(journal, { recursive: true, force: true });
      boundaries.clear();
      proxy.rules.clear();
      proxy.forgetCalls();
      proxy.delayMs = 0;
      delete proxy.onCall;
      ground.world = new World(moto.url);
    },
    fire: async (policy = {}, timeoutMs = 120_000) => {
      const ended = new AbortController();
      const clients = clientsUntil(AbortSignal.any([ended.signal, AbortSignal.timeout(timeoutMs)]));
      const deps: Deps = {
        clients,
        clock: systemClock,
        kinds,
        policy: { ...DEFAULT_POLICY, onlyRegions: FEW_REGIONS, ...policy },
        verifyAfterMs: VERIFY_AFTER_MS,
        newRun: () => newRun(Date.now()),
        identity: identify(clients, systemClock, []),
        store: Promise.resolve(store),
        log: () => {},
        onProgress: () => {},
      };
      const id = newRun(Date.now());
      return run(deps, { source: 'cli', id, action: 'fire', reason: 'a test fired it' }).finally(() =>
        ended.abort(),
      );
    },
    putBack: async (incident, keys = 'all') => {
      const records = await readIncident(store, incident);
      const clients = clientsUntil(AbortSignal.timeout(120_000));
      return restore(clients, kinds, store, systemClock, { records, keys, dryRun: false }, () => {});
    },
    stop: async () => {
      ground.world.close();
      await proxy.stop();
      await moto.stop();
      await rm(journal, { recursive: true, force: true });
    },
  };
  return ground;
}

/** moto has no PutUserPermissionsBoundary: the proxy plays it. */
export function playBoundaries(ground: Ground): void {
  ground.proxy.rules.add(...permissionsBoundaries(ground.boundaries).rules);
}
