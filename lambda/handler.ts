import { readFileSync } from 'node:fs';
import { type Composed, compose, composeTick } from './compose.ts';
import { errorFacts } from './core/model.ts';
import { policyFromSettings } from './core/policy/policy.ts';
import type { Report } from './core/report/report-document.ts';
import { parseSettings, type Settings } from './core/settings.ts';
import { type Ignored, isFromEventBridge, parseTrigger, type Trigger } from './core/verdict/trigger.ts';
import { newRun } from './engine/deps.ts';
import { run } from './engine/run.ts';
import type { Status } from './engine/status.ts';
import { type Environment, readEnvironment } from './env.ts';
import { loadKinds } from './kinds/kind.ts';
import type { Wire } from './shell/calls/clients.ts';
import { systemClock } from './shell/clock.ts';
import type { LastKnown } from './shell/journal/known.ts';
import type { TickReport } from './tripwire/tick.ts';
import type { TickTrigger } from './tripwire/tick-deps.ts';

/** The part of Lambda's context that we use. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export type Answer = Report | Status | TickReport | { readonly ignored: string };

/** A look needs at most this long: a later one could not end before Lambda stops the function. */
const LOOK_MS = 90_000;

/**
 * Lambda's entry. Lambda invokes it again after an error, and the next run continues: no change is made
 * twice.
 * @throws Error for a malformed event, when every notification failed, and when time ran out before the
 *   account was contained.
 */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  handle(event, context, undefined, lastKnown);

const lastKnown: LastKnown = {};

/** The handler with another connection to AWS: a simulated account in the same process brings its own. */
export const handlerOver =
  (wire: () => Wire) =>
  (event: unknown, context: LambdaContext): Promise<Answer> =>
    handle(event, context, wire, {});

async function handle(
  event: unknown,
  context: LambdaContext,
  wire: (() => Wire) | undefined,
  lastKnown: LastKnown,
): Promise<Answer> {
  const environment = readEnvironment(process.env);
  const settings = readSettings();
  const trigger = await readTrigger(event, environment, settings);
  if (trigger.source === 'ignored') {
    console.log(JSON.stringify(trigger));
    return { ignored: trigger.reason };
  }
  const remaining = () => context.getRemainingTimeInMillis();
  const composed = compose({
    ...{ environment, settings, trigger, wire, lastKnown },
    remainingMs: remaining(),
  });
  if (trigger.source === 'schedule' || trigger.source === 'signal')
    return notifyOnFailure(composed, trigger, () => handleTick(composed, trigger, settings, remaining));
  if (trigger.source === 'invoke' && trigger.action === 'status') {
    const { readStatus } = await import('./engine/status.ts');
    return readStatus(composed.deps, settings);
  }
  const report = await notifyOnFailure(composed, trigger, () => run(composed.deps, trigger));
  console.log(JSON.stringify(report));
  if (trigger.source === 'control') {
    const { storeTest } = await import('./tripwire/last-test.ts');
    const problem = await storeTest(composed.deps.store, report);
    if (problem) console.error(problem);
  }
  throwIfUnfinished(composed, report);
  return report;
}

/** @throws InputError for an event that we do not know. */
async function readTrigger(
  event: unknown,
  environment: Environment,
  settings: Settings,
): Promise<Trigger | Ignored> {
  if (!isFromEventBridge(event)) return parseTrigger(event, environment, () => newRun(systemClock.now()));
  const { signalTrigger } = await import('./core/signals/index.ts');
  return signalTrigger(event, { account: environment.account, allow: policyFromSettings(settings).allow });
}

/** Loads the code of a tick only now: an alarm does not need it, and it would delay the first stop. */
async function handleTick(
  composed: Composed,
  trigger: TickTrigger,
  settings: Settings,
  remaining: () => number,
): Promise<TickReport> {
  const { tick } = await import('./tripwire/tick.ts');
  const { lookEachMinute } = await import('./tripwire/each-minute.ts');
  const deps = composeTick(composed, settings);
  const look = async () => {
    const report = await tick(deps, trigger);
    console.log(JSON.stringify(report));
    throwIfUnfinished(composed, { acted: report.report?.acted ?? false, account: deps.budget.account });
    return report;
  };
  // An event causes one look. The next scheduled tick then looks each minute.
  if (trigger.source === 'signal') return look();
  return lookEachMinute(look, systemClock, deps.everyMinutes, (inMs) => remaining() - inMs > LOOK_MS);
}

/** Runs `work`. When it fails: mails the owner what was done until then, and throws the same error. */
async function notifyOnFailure<T>(
  { failureMail, progress, deps }: Composed,
  trigger: Trigger,
  work: () => Promise<T>,
): Promise<T> {
  return work().catch(async (thrown: unknown) => {
    const done = progress.some(({ outcomes }) => outcomes.length > 0);
    // A scheduled look that failed has changed nothing: the CloudWatch alarm rings when three of them fail.
    if (trigger.source !== 'schedule' || done) {
      const { composeFailureMail } = await import('./core/report/mail.ts');
      const kinds = await loadKinds(deps.kinds);
      const mail = composeFailureMail(
        failureMail.account,
        trigger,
        errorFacts(thrown).error,
        progress,
        kinds,
      );
      const { publishMail } = await import('./shell/notify/sns-mail.ts');
      await publishMail(failureMail.clients, failureMail.reportTopic, mail).catch((unsent: unknown) =>
        console.error(`could not notify: ${errorFacts(unsent).error}`),
      );
    }
    throw thrown;
  });
}

function throwIfUnfinished({ deps }: Composed, { acted, account }: Pick<Report, 'acted' | 'account'>): void {
  if (acted && deps.clients.deadline.aborted)
    throw new Error(`time ran out before account ${account} was contained: the next run continues`);
}

/** The file lies beside the bundle: somebody who edits the environment cannot change what we spare. */
const readSettings = (): Settings =>
  parseSettings(
    JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8')),
    'settings.json',
  );
