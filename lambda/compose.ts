import { type Progress, VERIFY_AFTER_MS } from './contain/scope.ts';
import { allowanceCap } from './core/allowance-cap.ts';
import { policyFromSettings } from './core/policy/policy.ts';
import { flagsOfStack } from './core/report/next-commands.ts';
import type { Settings } from './core/settings.ts';
import type { Trigger } from './core/verdict/trigger.ts';
import { type Deps, newRun } from './engine/deps.ts';
import { type Environment, ownArns } from './env.ts';
import { kinds } from './kinds/index.ts';
import { Clients, type Wire } from './shell/calls/clients.ts';
import { systemClock } from './shell/clock.ts';
import type { LastKnown } from './shell/journal/known.ts';
import { S3Store } from './shell/journal/s3-store.ts';
import { identify } from './shell/sources/identity.ts';
import type { TickDeps } from './tripwire/tick-deps.ts';

/** The part of Lambda's time that stays free for the report and the mail. */
const REPORT_RESERVE_MS = 45_000;
const MIN_RUN_MS = 1_000;

export interface Composition {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly trigger: Trigger;
  readonly remainingMs: number;
  readonly wire: (() => Wire) | undefined;
  /** Of the process, which Lambda keeps for the next invocations. */
  readonly lastKnown?: LastKnown;
}

/** One invocation of the function: what a run needs, and what the mail about a failed run needs. */
export interface Composed {
  readonly environment: Environment;
  readonly deps: Deps & { readonly budget: TickDeps['budget'] };
  /** Not what was found: a large account would fill the memory. */
  readonly progress: Pick<Progress, 'outcomes'>[];
  readonly failureMail: { readonly clients: Clients; readonly reportTopic: string; readonly account: string };
}

export function compose(composition: Composition): Composed {
  const { environment, settings, trigger, remainingMs, wire, lastKnown } = composition;
  const clientsFor = (ms: number) =>
    new Clients(systemClock, AbortSignal.timeout(Math.max(MIN_RUN_MS, ms)), ...(wire ? [wire()] : []));
  const clients = clientsFor(remainingMs - REPORT_RESERVE_MS);
  // The journal and the mail must still work after the deadline, which ends everything else.
  const clientsToTheEnd = clientsFor(remainingMs);
  const { account, budget, reportTopic, journalBucket, region, isEmulated } = environment;
  const target = { reportTopic, webhooks: settings.notify.webhooks };
  const log = (line: string) => console.error(line);
  const progress: Pick<Progress, 'outcomes'>[] = [];
  const policy = policyFromSettings(settings);
  const deps = {
    clients,
    clock: systemClock,
    kinds,
    self: ownArns(environment),
    policy: { ...policy, dryRun: policy.dryRun || looksOnly(trigger, settings, systemClock.now()) },
    verifyAfterMs: VERIFY_AFTER_MS,
    newRun: () => newRun(systemClock.now()),
    store: Promise.resolve(new S3Store(clientsToTheEnd, journalBucket, '', region, isEmulated)),
    budget: {
      // By the settings in the asset: whoever edits the environment must not silence an alarm.
      name: settings.awsBudgets ? budget : undefined,
      account,
      limitUsd: settings.monthlyBudgetUsd,
      cap: allowanceCap(settings),
    },
    ...(lastKnown ? { lastKnown } : {}),
    isHeldOpen: settings.tripwire.enabled,
    commandFlags: flagsOfStack(environment),
    identity: () => identify(clients, systemClock),
    log,
    onProgress: ({ outcomes }: Progress) => void progress.push({ outcomes }),
    // Loaded only when there is something to send: loading it earlier would delay the first stop.
    notify: async (...[mail, about]: Parameters<NonNullable<Deps['notify']>>) =>
      (await import('./shell/notify/notify.ts')).notifyAll(
        clientsToTheEnd,
        systemClock,
        target,
        log,
        mail,
        about,
      ),
  };
  return { environment, deps, progress, failureMail: { clients: clientsToTheEnd, reportTopic, account } };
}

/**
 * Whether the run changes nothing: it was asked a question, or an event started it before the owner armed the
 * kill switch (`armAt`). The owner may fire at any time.
 */
function looksOnly(trigger: Trigger, { armAt }: Settings, now: number): boolean {
  if (trigger.source === 'invoke' || trigger.source === 'control' || trigger.source === 'cli')
    return trigger.action !== 'fire';
  return armAt !== undefined && now < Date.parse(armAt);
}

/** Adds what a tick needs. */
export function composeTick({ deps, environment }: Composed, settings: Settings): TickDeps {
  const { awsBudgets, tripwire, guard, homeRegions, monthlyBudgetUsd } = settings;
  const { schedule, rules, alarms, reportTopic, alarmTopic, region, runtime } = environment;
  return {
    ...deps,
    rules: {
      limitUsd: monthlyBudgetUsd,
      homeRegions: new Set(homeRegions.length > 0 ? homeRegions : [region]),
      exhaustWithinHours: tripwire.exhaustWithinHours,
      warnWithinHours: tripwire.warnWithinHours,
      ...(awsBudgets ? {} : { withoutBudgets: true as const }),
    },
    everyMinutes: tripwire.everyMinutes,
    forwardedRegions: guard.forwardFrom,
    runtime,
    guards: { region, reportTopic, alarmTopic, schedule, rules, alarms },
    ...(guard.heartbeatUrl ? { heartbeatUrl: guard.heartbeatUrl } : {}),
  };
}
