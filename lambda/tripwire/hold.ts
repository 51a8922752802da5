import { errorFacts } from '../core/model.ts';
import { troubleNotice } from '../core/report/notices.ts';
import type { Report } from '../core/report/report-document.ts';
import { type FoundMark, markWithin, membershipOf } from '../shell/journal/incident.ts';
import { lookEachMinute, MINUTE_MS, type Paced } from './each-minute.ts';
import { notifyOwner } from './notify-owner.ts';
import type { TickDeps } from './tick-deps.ts';

/** The run that has contained, as far as a hold depends on it. */
export interface HeldRun extends Pick<Report, 'incident' | 'run'> {
  /** When it began, ms since 1970. */
  readonly startedAt: number;
  readonly hasChanged: boolean;
  /** It joined an incident because of an event of which an intruder can cause any number. */
  readonly isOneOfMany: boolean;
}

/** The looks of a hold. */
export interface HoldingLooks {
  readonly look: () => Promise<Paced>;
  /** Whether the owner has heard of the look that failed just now: it has changed something. */
  readonly isFailureTold: () => boolean;
  /** Whether there is time for another look that begins `inMs` milliseconds from now. */
  readonly mayGoOn: (inMs: number) => boolean;
}

/**
 * Goes on after a run that contained, until the schedule has taken over: looks each minute until `everyMinutes`
 * have passed, while an incident is open. Then asks whether the schedule is still there. If it is not, this
 * mails the owner, and looks on for as long as the invocation lasts.
 *
 * The run before it is over, reported and mailed: an error here would make Lambda repeat it. So a look that
 * fails is logged, and the next one follows in a minute; if the last one failed, the owner is told once.
 * Never rejects.
 */
export async function holdIncident(
  deps: TickDeps,
  held: HeldRun,
  { look, isFailureTold, mayGoOn }: HoldingLooks,
): Promise<void> {
  const { clients, clock, everyMinutes, guards, log, store } = deps;
  let failure: string | undefined;
  const lookOrNote = async (): Promise<Paced> => {
    try {
      const looked = await look();
      failure = undefined;
      return looked;
    } catch (thrown) {
      const text = `a look in the minutes after run ${held.run} failed: ${errorFacts(thrown).error}`;
      log(text);
      failure = isFailureTold() ? undefined : text;
      return { keepsPace: true };
    }
  };
  const lookOn = async (minutes: number): Promise<boolean> => {
    if (!mayGoOn(MINUTE_MS)) return true;
    await clock.sleep(MINUTE_MS);
    return (await lookEachMinute(lookOrNote, clock, minutes, mayGoOn)).keepsPace;
  };
  try {
    if (!isHolder(held, await markWithin(store, clock), clock.now(), everyMinutes)) return;
    if (!(await lookOn(everyMinutes))) return;
    const { scheduleProblems } = await import('./guards.ts');
    const isGone = mayGoOn(0) ? await scheduleProblems(clients, clock, guards) : [];
    await tell(deps, [...(failure ? [failure] : []), ...isGone]);
    if (isGone.length === 0) return;
    const told = failure;
    await lookOn(Number.POSITIVE_INFINITY);
    if (failure && failure !== told) await tell(deps, [failure]);
  } catch (thrown) {
    log(`the minutes after run ${held.run} ended: ${errorFacts(thrown).error}`);
  }
}

/**
 * Whether this run holds the incident. One does: the run that opened it. The others of the same spike end, since
 * each run that waits uses up one of the ten that a new account may have at once. A run that joins later holds,
 * too, if the schedule cannot have taken over yet (Lambda repeats a run that failed, after a minute) or if it
 * changed something (the incident was about keys until then). A mark that is unreadable, or could not be written, says
 * nothing about others.
 */
export function isHolder(
  { incident, run, startedAt, hasChanged, isOneOfMany }: HeldRun,
  { mark, problem }: FoundMark,
  now: number,
  everyMinutes: number,
): boolean {
  if (problem !== undefined || (mark === undefined && hasChanged)) return incident === run;
  const { joined, openedAt, incident: open } = membershipOf(mark, run, now);
  if (!joined) return false;
  if (open === run) return true;
  const age = startedAt - openedAt;
  if (isOneOfMany || age < MINUTE_MS) return false;
  return hasChanged || age < everyMinutes * MINUTE_MS;
}

/** Never rejects. */
async function tell(deps: TickDeps, problems: readonly string[]): Promise<void> {
  if (problems.length === 0) return;
  const { mail } = troubleNotice(deps.budget.account, problems, deps.clock.now(), deps.commandFlags);
  await notifyOwner(deps, mail).catch((thrown: unknown) =>
    deps.log(`could not notify: ${errorFacts(thrown).error}: ${problems.join('; ')}`),
  );
}
