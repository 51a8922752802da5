import type { Mail } from '../core/report/mail.ts';
import { within } from '../shell/time-limit.ts';
import type { TickDeps } from './tick-deps.ts';

/** A tick must end before the next one begins, and a run before Lambda ends it, which would repeat its event. */
const TELL_MS = 45_000;

/**
 * Sends a mail that belongs to no incident, since nothing was changed.
 * @throws when every notification failed.
 */
export async function notifyOwner({ clock, notify, budget, newRun }: TickDeps, mail: Mail): Promise<void> {
  const about = { incident: newRun(), account: budget.account, acted: false, clean: false };
  await within(clock, TELL_MS, 'the notification', async () => notify?.(mail, about));
}
