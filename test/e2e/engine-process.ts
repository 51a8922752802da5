import { DEFAULT_POLICY } from '../../lambda/core/policy.ts';
import { exitCodeOf } from '../../lambda/core/report.ts';
import { clientsUntil, newRun } from '../../lambda/deps.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { restore } from '../../lambda/restore.ts';
import { run } from '../../lambda/run.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { deadlineAfter } from '../../lambda/shell/deadline.ts';
import { identify } from '../../lambda/shell/identity.ts';
import { readIncident } from '../../lambda/shell/incident-records.ts';
import { FolderStore } from '../../lambda/shell/store.ts';
import type { EngineRequest } from './killable-engine.ts';

/** moto is consistent at once, so a second look need not wait for it. */
const VERIFY_AFTER_MS = 50;

/** The engine in a process of its own, so that it can be killed: one run, its result as JSON on stdout. */
const request = JSON.parse(process.argv[2] ?? '') as EngineRequest;
const ended = deadlineAfter(request.timeoutMs);
const clients = clientsUntil(ended.signal);
const store = new FolderStore(request.journal);
const result = request.action === 'fire' ? await fire(request) : await putBack(request);
process.stdout.write(JSON.stringify(result));
ended.abort();

async function fire({ mode, regions }: Extract<EngineRequest, { action: 'fire' }>) {
  const report = await run(
    {
      clients,
      clock: systemClock,
      kinds,
      policy: { ...DEFAULT_POLICY, mode, onlyRegions: new Set(regions) },
      verifyAfterMs: VERIFY_AFTER_MS,
      newRun: () => newRun(Date.now()),
      identity: identify(clients, systemClock, []),
      store: Promise.resolve(store),
      log: (line) => console.error(line),
      onProgress: () => {},
    },
    { source: 'cli', id: newRun(Date.now()), action: 'fire', reason: 'a test fired it' },
  );
  process.exitCode = exitCodeOf(report);
  return report;
}

async function putBack({ incident }: Extract<EngineRequest, { action: 'restore' }>) {
  const records = await readIncident(store, incident);
  const all = { records, keys: 'all', dryRun: false } as const;
  return restore(clients, kinds, store, systemClock, all, () => {});
}
