import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSurroundings, LIMIT_USD, NAMES } from '../../lab/bench/function-run.ts';
import { leastCalls, type Workload } from '../../lab/bench/least-calls.ts';
import { LockStep } from '../../lab/bench/lock-step.ts';
import { criticalPathOf } from '../../lab/bench/round-trips.ts';
import { totalOf } from '../../lab/measuring/call-counts.ts';
import { budgetHistory } from '../../lab/testbed/moto-gaps.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { clientsUntil, newRun } from '../../lambda/engine/deps.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { systemClock } from '../../lambda/shell/clock.ts';
import { S3Store } from '../../lambda/shell/journal/s3-store.ts';
import { publishMail } from '../../lambda/shell/notify/sns-mail.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { type Ground, startGround } from './engine.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'sa-east-1'];
const USERS = 10;
const WORKLOAD: Workload = {
  instances: new Map(REGIONS.map((region) => [region, 2])),
  users: USERS,
  usersWithKeys: USERS,
  activeKeys: 2 * USERS,
};

let ground: Ground;
let steps: LockStep;
beforeAll(async () => {
  ground = await startGround();
});
afterAll(() => ground.stop());
beforeEach(async () => {
  await ground.reset();
  ground.proxy.rules.add(budgetHistory([]));
  for (const region of REGIONS) await ground.world.instances(region, 2);
  for (let i = 0; i < USERS; i++) await ground.world.user(`user-${i}`, 2);
  steps = new LockStep(ground.proxy, 150);
});
afterEach(() => steps.stop());

/** As the handler composes it: an alarm, the budget check, and a journal in S3 through the same proxy. */
async function fireAsFunction(): Promise<Report> {
  const clients = clientsUntil(AbortSignal.timeout(30_000));
  const budgetAlarm = {
    source: 'budget',
    id: 'message-1',
    sentAt: new Date().toISOString(),
    text: '',
  } as const;
  return run(
    {
      clients,
      clock: systemClock,
      kinds,
      policy: { ...DEFAULT_POLICY, onlyRegions: new Set(REGIONS) },
      verifyAfterMs: 50,
      newRun: () => newRun(Date.now()),
      identity: () => identify(clients, systemClock, []),
      store: Promise.resolve(new S3Store(clients, NAMES.KILLSWITCH_JOURNAL_BUCKET, '', 'us-east-1', true)),
      budget: { name: NAMES.KILLSWITCH_BUDGET, account: NAMES.KILLSWITCH_ACCOUNT, limitUsd: LIMIT_USD },
      log: () => {},
      onProgress: () => {},
      notify: (mail) => publishMail(clients, NAMES.KILLSWITCH_REPORT_TOPIC, mail),
    },
    budgetAlarm,
  );
}

/** Round trips from the verdict on, which for a laptop is the first call. */
function expectShortPath(): void {
  const { verdict, firstStop, lastKey } = criticalPathOf(ground.proxy.calls, steps, REGIONS);
  const history = steps.history().join('\n');
  expect(firstStop - verdict, history).toBeLessThanOrEqual(3);
  expect(lastKey - verdict, history).toBeLessThanOrEqual(5);
}

test('from a laptop: the first stop and the last key within the budget of round trips, and few calls', async () => {
  const report = await ground.fire({ onlyRegions: new Set(REGIONS) });

  expect(report).toMatchObject({ clean: true, gaps: [] });
  expectShortPath();
  expect(ground.proxy.calls.length / totalOf(leastCalls(WORKLOAD, 'folder'))).toBeLessThanOrEqual(1.1);
});

test('in the function: the same, with the budget check and the journal in S3', async () => {
  await createSurroundings(ground);
  const report = await fireAsFunction();

  // A journal that was given up on would make the path look shorter than it is.
  expect(report).toMatchObject({ clean: true, gaps: [], verdict: { level: 'fire' } });
  expect(report.verdict.reasons.join()).toContain('≥ limit');
  expectShortPath();
  expect(ground.proxy.calls.length / totalOf(leastCalls(WORKLOAD, 'bucket'))).toBeLessThanOrEqual(1.1);
});
