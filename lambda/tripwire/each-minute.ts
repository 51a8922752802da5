import type { Clock } from '../shell/clock.ts';
import type { TickReport } from './tick.ts';

const MINUTE_MS = 60_000;

/**
 * While a signal or an incident is open, one look a minute until the schedule's next call, inside this one: so the
 * schedule itself never has to be changed, by us or by anybody.
 * @param mayGoOn false when too little time is left for another look that begins so many ms from now.
 */
export async function lookEachMinute(
  look: () => Promise<TickReport>,
  clock: Clock,
  everyMinutes: number,
  mayGoOn: (inMs: number) => boolean,
): Promise<TickReport> {
  const startedAt = clock.now();
  for (;;) {
    const report = await look();
    const minutes = Math.floor((clock.now() - startedAt) / MINUTE_MS) + 1;
    const wait = startedAt + minutes * MINUTE_MS - clock.now();
    if (!report.keepsPace || minutes >= everyMinutes || !mayGoOn(wait)) return report;
    await clock.sleep(wait);
  }
}
