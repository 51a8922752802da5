import type { Clock } from '../shell/clock.ts';

/** What a look says about the next one: `keepsPace` while a signal or an incident is open. */
export interface Paced {
  readonly keepsPace: boolean;
}

export const MINUTE_MS = 60_000;

/**
 * Looks once. While a signal or an incident is open, it looks again each minute until the next scheduled
 * call. All of that is one invocation, so nothing has to change the schedule.
 * @param mayGoOn whether there is time for another look that begins `inMs` milliseconds from now.
 */
export async function lookEachMinute<Looked extends Paced>(
  look: () => Promise<Looked>,
  clock: Clock,
  everyMinutes: number,
  mayGoOn: (inMs: number) => boolean,
): Promise<Looked> {
  const startedAt = clock.now();
  for (;;) {
    const report = await look();
    const minutes = Math.floor((clock.now() - startedAt) / MINUTE_MS) + 1;
    const wait = startedAt + minutes * MINUTE_MS - clock.now();
    if (!report.keepsPace || minutes >= everyMinutes || !mayGoOn(wait)) return report;
    await clock.sleep(wait);
  }
}
