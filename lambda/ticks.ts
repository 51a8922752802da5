import { type Composed, compose, composeTick } from './compose.ts';
import type { Settings } from './core/settings.ts';
import { newRun } from './engine/deps.ts';
import type { Environment } from './env.ts';
import { hasChanged, notifyOnFailure, throwIfUnfinished } from './failure.ts';
import type { Wire } from './shell/calls/clients.ts';
import { systemClock } from './shell/clock.ts';
import type { LastKnown } from './shell/journal/known.ts';
import { lookEachMinute } from './tripwire/each-minute.ts';
import { type HeldRun, holdIncident } from './tripwire/hold.ts';
import { type TickReport, tick } from './tripwire/tick.ts';
import type { TickTrigger } from './tripwire/tick-deps.ts';

/** What does not change while Lambda runs the function for one event. */
export interface Invocation {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly wire: (() => Wire) | undefined;
  readonly lastKnown: LastKnown;
  /** Milliseconds until Lambda stops the function. */
  readonly remaining: () => number;
}

/** A look needs at most this long: a later one could not end before Lambda stops the function. */
const LOOK_MS = 90_000;
const mayLookIn =
  ({ remaining }: Invocation) =>
  (inMs: number): boolean =>
    remaining() - inMs > LOOK_MS;

/**
 * The looks that one event causes. @returns the report of the last one.
 * @throws what a look throws.
 */
export async function handleTick(
  composed: Composed,
  trigger: TickTrigger,
  invocation: Invocation,
): Promise<TickReport> {
  const { look, deps } = lookFor(composed, trigger, invocation);
  if (trigger.source === 'schedule')
    return lookEachMinute(look, systemClock, deps.everyMinutes, mayLookIn(invocation));
  const looked = await look();
  // There may be many events at once: only the one that opened an incident causes more than one look.
  const { report } = looked;
  if (report?.acted) {
    const began = { startedAt: Date.parse(looked.at), hasChanged: true };
    await hold(invocation, { ...report, ...began, isOneOfMany: true });
  }
  return looked;
}

/** Looks on after a run that contained, until the schedule has taken over. Rejects only for a defect of ours. */
export async function hold(invocation: Invocation, held: HeldRun): Promise<void> {
  const { settings, remaining } = invocation;
  if (!settings.tripwire.enabled) return;
  const id = newRun(systemClock.now());
  const reason = `the minutes after run ${held.run}`;
  const trigger: TickTrigger = { source: 'schedule', id, action: 'tick', reason };
  const composed = compose({ ...invocation, trigger, remainingMs: remaining() });
  const { look, deps } = lookFor(composed, trigger, invocation);
  await holdIncident(deps, held, {
    look: () => notifyOnFailure(composed, trigger, look),
    isFailureTold: () => hasChanged(composed),
    mayGoOn: mayLookIn(invocation),
  });
}

function lookFor(composed: Composed, trigger: TickTrigger, { settings }: Invocation) {
  const deps = composeTick(composed, settings);
  const look = async (): Promise<TickReport> => {
    // What an earlier look has changed, it has reported.
    composed.progress.length = 0;
    const report = await tick(deps, trigger);
    console.log(JSON.stringify(report));
    throwIfUnfinished(composed, { acted: report.report?.acted ?? false, account: deps.budget.account });
    return report;
  };
  return { look, deps };
}
