import '../../lab/simulation/lazy-modules.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { leastCalls, type Workload } from '../../lab/bench/least-calls.ts';
import { criticalPathOf } from '../../lab/bench/round-trips.ts';
import { totalOf } from '../../lab/measuring/call-counts.ts';
import { DEFAULT_POLICY } from '../../lambda/core/policy/policy.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { USAGE_ONLY } from '../../lambda/core/verdict/budget.ts';
import type { Trigger } from '../../lambda/core/verdict/trigger.ts';
import { type Deps, newRun } from '../../lambda/engine/deps.ts';
import { run } from '../../lambda/engine/run.ts';
import { kinds } from '../../lambda/kinds/index.ts';
import { Clients } from '../../lambda/shell/calls/clients.ts';
import { deadlineAfter, systemClock } from '../../lambda/shell/clock.ts';
import { S3Store } from '../../lambda/shell/journal/s3-store.ts';
import { FolderStore } from '../../lambda/shell/journal/store.ts';
import { publishMail } from '../../lambda/shell/notify/sns-mail.ts';
import { identify } from '../../lambda/shell/sources/identity.ts';
import { SimulatedAccount } from '../../simulated-aws/account.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import { temporaryFolder } from '../../simulated-aws/host/temporary-folder.ts';
import { Conductor } from '../../simulated-aws/time/conductor.ts';
import { type InProcessTime, installVirtualTime } from '../../simulated-aws/time/in-process.ts';
import { Endpoint } from '../../simulated-aws/wire/endpoint.ts';
import { KillableHandler } from '../../simulated-aws/wire/killable-handler.ts';

const REGIONS = ['us-east-1', 'eu-west-1', 'sa-east-1'];
const USERS = 10;
const WORKLOAD: Workload = {
  instances: new Map(REGIONS.map((region) => [region, 2])),
  users: USERS,
  usersWithKeys: USERS,
  activeKeys: 2 * USERS,
};
const STARTS_AT = Date.UTC(2026, 0, 31, 9);
const BUCKET = 'journal';
const BUDGET = 'killswitch';
const LIMIT_USD = 50;
/**
 * Each call takes so long, so that the time of a call tells how many round trips came one after the other before it:
 * the engine collects answers for 50 ms here and there, which in all is less, and gives the journal no more than 2 s.
 */
const ROUND_TRIP_MS = 400;

let account: SimulatedAccount;
let endpoint: Endpoint;
let conductor: Conductor;
let time: InProcessTime;
const folder = temporaryFolder('killswitch-journal-');

/** An account that answers each call after the same time, as often as it is asked. */
beforeEach(async () => {
  account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 1, limits: [] });
  for (const region of REGIONS)
    account.ec2.launch(region, { type: 't3.micro', count: 2, launchedBy: 'somebody' });
  const { iam, timeline } = account;
  for (let n = 0; n < USERS; n++) {
    iam.createUser(`user-${n}`);
    for (let key = 0; key < 2; key++) iam.createAccessKey(`user-${n}`);
  }
  const { accessKeyId, secretAccessKey } = iam.rootAccessKey();
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9', // never reached: the handler answers
  });
  endpoint = new Endpoint(account, { latency: () => ROUND_TRIP_MS });
  conductor = new Conductor(timeline);
  await conductor.runTo(timeline.now() + 60_000); // until all of that runs, and is to be seen
  time = installVirtualTime(timeline, new Random(2));
  conductor.join(time);
});
afterEach(() => {
  time.uninstall();
  endpoint.refuseDefects();
});

async function fire(trigger: Trigger, more: (clients: Clients) => Pick<Deps, 'store'> & Partial<Deps>) {
  const clients = new Clients(
    systemClock,
    deadlineAfter(300_000).signal,
    new KillableHandler(endpoint, account.timeline),
  );
  const deps: Deps = {
    clients,
    clock: systemClock,
    kinds,
    policy: { ...DEFAULT_POLICY, onlyRegions: new Set(REGIONS) },
    verifyAfterMs: 5_000,
    newRun: () => newRun(Date.now()),
    identity: () => identify(clients, systemClock),
    log: () => {},
    onProgress: () => {},
    ...more(clients),
  };
  return conductor.runUntil(run(deps, trigger));
}

/** Round trips from the verdict on, which for the command line is the first call; and all calls. */
function expectShortPath(report: Report, journal: 'folder' | 'bucket'): void {
  // A journal that was given up on would make the path look shorter than it is.
  expect(report).toMatchObject({ clean: true, gaps: [] });
  const { calls } = endpoint;
  const beganAt = calls[0]?.startedAt ?? Number.NaN;
  const stepOf = ({ startedAt }: Pick<RecordedCall, 'startedAt'>) =>
    Math.floor((startedAt - beganAt) / ROUND_TRIP_MS) + 1;
  const { verdict, firstStop, lastKey } = criticalPathOf(calls, { stepOf }, REGIONS);
  const history = calls.map((call) => `${stepOf(call)} ${call.service}:${call.operation}`).join('\n');
  expect(firstStop - verdict, history).toBeLessThanOrEqual(3);
  expect(lastKey - verdict, history).toBeLessThanOrEqual(5);
  expect(calls.length / totalOf(leastCalls(WORKLOAD, journal))).toBeLessThanOrEqual(1.1);
}

test('from the command line: the first stop and the last key within the budget of round trips, and few calls', async () => {
  const cli = { source: 'cli', id: 'by-hand', action: 'fire', reason: 'a test fired it' } as const;
  const report = await fire(cli, () => ({ store: Promise.resolve(new FolderStore(folder.path)) }));
  expectShortPath(report, 'folder');
  folder.remove();
});

/** As the handler composes it: an alarm, the budget check, and a journal in S3. */
test('in the function: the same, with the budget check and the journal in S3', async () => {
  account.s3.createBucket(BUCKET, 'us-east-1', { versioned: true });
  const topic = account.sns.topics.create('us-east-1', 'reports');
  const definition = {
    BudgetName: BUDGET,
    BudgetLimit: { Amount: String(LIMIT_USD), Unit: 'USD' },
    TimeUnit: 'MONTHLY' as const,
    BudgetType: 'COST' as const,
    CostTypes: USAGE_ONLY,
    CostFilters: { LinkedAccount: [account.accountId] },
  };
  account.budgets.budgets.set(BUDGET, { definition, createdAt: STARTS_AT, notifications: [] });
  account.ledger.book({ service: 'ECS', region: 'us-east-1', owner: 'somebody' }, 1_286.4);
  account.budgets.refresh();
  const alarm = { source: 'budget', id: 'message-1', sentAt: new Date().toISOString(), text: '' } as const;
  const report = await fire(alarm, (clients) => ({
    store: Promise.resolve(new S3Store(clients, BUCKET, '', 'us-east-1', true)),
    budget: { name: BUDGET, account: account.accountId, limitUsd: LIMIT_USD },
    notify: (mail) => publishMail(clients, topic, mail),
  }));
  expect(report.verdict).toMatchObject({ level: 'fire' });
  expect(report.verdict.reasons.join()).toContain('≥ limit');
  expectShortPath(report, 'bucket');
});
