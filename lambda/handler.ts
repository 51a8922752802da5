import { readFileSync } from 'node:fs';
import { compose } from './compose.ts';
import { policyFromSettings } from './core/policy/policy.ts';
import type { Report } from './core/report/report-document.ts';
import { type Settings, settingsOfAsset } from './core/settings.ts';
import { type Ignored, isFromEventBridge, parseTrigger, type Trigger } from './core/verdict/trigger.ts';
import { newRun } from './engine/deps.ts';
import { run } from './engine/run.ts';
import type { Status } from './engine/status.ts';
import { type Environment, readEnvironment } from './env.ts';
import { notifyOnFailure, throwIfUnfinished } from './failure.ts';
import type { Wire } from './shell/calls/clients.ts';
import { systemClock } from './shell/clock.ts';
import type { LastKnown } from './shell/journal/known.ts';
import type { Invocation } from './ticks.ts';
import type { TickReport } from './tripwire/tick.ts';

/** The part of Lambda's context that we use. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export type Answer = Report | Status | TickReport | { readonly ignored: string };

/**
 * Lambda's entry. Lambda invokes it again after an error, and the next run continues: no change is made
 * twice.
 * @throws Error for a malformed event, when every notification failed, and when time ran out before the
 *   account was contained.
 */
export const handler = (event: unknown, context: LambdaContext): Promise<Answer> =>
  handle(event, context, undefined, lastKnown);

const lastKnown: LastKnown = { mailed: new Set() };

/** The handler with another connection to AWS: a simulated account in the same process brings its own. */
export const handlerOver =
  (wire: () => Wire) =>
  (event: unknown, context: LambdaContext): Promise<Answer> =>
    handle(event, context, wire, { mailed: new Set() });

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
  const invocation: Invocation = { environment, settings, wire, lastKnown, remaining };
  const composed = compose({ ...invocation, trigger, remainingMs: remaining() });
  if (trigger.source === 'schedule' || trigger.source === 'signal')
    return notifyOnFailure(composed, trigger, async () =>
      (await loadTicks()).handleTick(composed, trigger, invocation),
    );
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
  if (report.acted && isAsynchronous(trigger)) {
    const hasChanged = report.actions.some(({ status }) => status === 'done');
    const startedAt = Date.parse(report.timings.startedAt);
    const { hold } = await loadTicks();
    await hold(invocation, { ...report, startedAt, hasChanged, isOneOfMany: false });
  }
  return report;
}

/** The code of a tick: an alarm does not need it before its report, and it would delay the first stop. */
const loadTicks = () => import('./ticks.ts');

/**
 * Whether nobody waits for the answer. SNS invokes asynchronously; of an invoke neither the event nor Lambda's
 * context says it, so the caller must (Lambda developer guide, "Invoking a function asynchronously", and "Using
 * the Lambda context object").
 */
const isAsynchronous = (trigger: Trigger): boolean =>
  trigger.source === 'budget' || (trigger.source === 'invoke' && trigger.hold === true);

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

/** The file lies beside the bundle: somebody who edits the environment cannot change what we spare. */
const readSettings = (): Settings =>
  settingsOfAsset(JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8')));
