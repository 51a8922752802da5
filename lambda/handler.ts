import { readFileSync } from 'node:fs';
import { type Progress, VERIFY_AFTER_MS } from './contain/scope.ts';
import { composeFailureMail } from './core/mail.ts';
import { errorFacts } from './core/model.ts';
import { policyFromSettings } from './core/policy.ts';
import type { Report } from './core/report-document.ts';
import { parseSettings, type Settings } from './core/settings.ts';
import { parseTrigger, type Trigger } from './core/trigger.ts';
import { clientsUntil, type Deps, newRun } from './deps.ts';
import { type Environment, readEnvironment } from './env.ts';
import { kinds } from './kinds/index.ts';
import { run } from './run.ts';
import type { Clients } from './shell/clients.ts';
import { systemClock } from './shell/clock.ts';
import { identify } from './shell/identity.ts';
import { mailBySns, notifyAll } from './shell/notify.ts';
import { S3Store } from './shell/s3-store.ts';
import { readStatus, type Status } from './status.ts';

/** The part of Lambda's context that we use. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Kept back from Lambda's time for the report and the mail. */
const REPORT_RESERVE_MS = 45_000;
const MIN_RUN_MS = 1_000;

/**
 * Lambda's entry. Throws on a malformed event, when nobody could be told, and when time ran out before the
 * account was contained: Lambda then invokes again, and the next run continues, since nothing is done twice.
 */
export async function handler(event: unknown, context: LambdaContext): Promise<Report | Status> {
  const environment = readEnvironment(process.env);
  const settings = readSettings();
  const trigger = parseTrigger(event, environment, () => newRun(systemClock.now()));
  const remaining = context.getRemainingTimeInMillis();
  const deadline = AbortSignal.timeout(Math.max(MIN_RUN_MS, remaining - REPORT_RESERVE_MS));
  // The journal and the mail must still work after the deadline has ended everything else.
  const toTheEnd = clientsUntil(AbortSignal.timeout(Math.max(MIN_RUN_MS, remaining)));
  const progress: Progress[] = [];
  const deps = compose(environment, settings, trigger, clientsUntil(deadline), toTheEnd, progress);
  if (trigger.source === 'invoke' && trigger.action === 'status') return readStatus(deps, settings);
  const report = await run(deps, trigger).catch(async (thrown: unknown) => {
    const mail = composeFailureMail(environment.account, trigger, errorFacts(thrown).error, progress);
    await mailBySns(toTheEnd, environment.reportTopic, mail);
    throw thrown;
  });
  console.log(JSON.stringify(report));
  if (report.acted && deadline.aborted)
    throw new Error(`time ran out before account ${report.account} was contained: the next run continues`);
  return report;
}

/** Beside the bundle: an edit of the environment cannot change whom we spare. */
const readSettings = (): Settings =>
  parseSettings(
    JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8')),
    'settings.json',
  );

function compose(
  environment: Environment,
  settings: Settings,
  trigger: Trigger,
  clients: Clients,
  toTheEnd: Clients,
  progress: Progress[],
): Deps {
  const policy = policyFromSettings(settings);
  const looksOnly = trigger.source !== 'budget' && trigger.action !== 'fire';
  const target = { reportTopic: environment.reportTopic, webhooks: settings.notify.webhooks };
  const log = (line: string) => console.error(line);
  return {
    clients,
    clock: systemClock,
    kinds,
    policy: looksOnly ? { ...policy, dryRun: true } : policy,
    verifyAfterMs: VERIFY_AFTER_MS,
    newRun: () => newRun(systemClock.now()),
    store: Promise.resolve(
      new S3Store(toTheEnd, environment.journalBucket, '', process.env['AWS_REGION'] ?? 'us-east-1'),
    ),
    budget: { name: environment.budget, account: environment.account, limitUsd: settings.monthlyBudgetUsd },
    identity: identify(clients, systemClock, []),
    log,
    onProgress: (step) => progress.push(step),
    notify: (mail, report) => notifyAll(toTheEnd, systemClock, target, log, mail, report),
  };
}
