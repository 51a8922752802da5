import type { ContainDeps } from '../contain/account.ts';
import type { AllowanceCap } from '../core/allowance-cap.ts';
import type { Mail } from '../core/report/mail.ts';
import type { About } from '../core/report/webhook.ts';
import type { FixedBudget } from '../core/verdict/decide.ts';
import { Clients } from '../shell/calls/clients.ts';
import { systemClock } from '../shell/clock.ts';
import type { Store } from '../shell/journal/store.ts';
import type { Identity } from '../shell/sources/identity.ts';

/** Everything a run needs from outside: composed once by the handler, or by the CLI. */
export interface Deps extends ContainDeps {
  readonly newRun: () => string;
  /** Asks who we are. A run does, beside everything else; a look that changes nothing does not. Rejects for bad credentials. */
  readonly identity: () => Promise<Identity>;
  /** The journal of this account; undefined where nothing is journaled (a plan). */
  readonly store: Promise<Store | undefined>;
  /** Only where a stack is deployed. */
  readonly budget?: FixedBudget & { readonly cap?: AllowanceCap };
  /** Where a schedule goes on with an open incident: said in its report. */
  readonly isHeldOpen?: boolean;
  readonly log: (line: string) => void;
  /** Tells people. Throws when nobody could be told. */
  readonly notify?: (mail: Mail, about: About) => Promise<void>;
}

/** The clients of one run, all ended by its deadline. */
export const clientsUntil = (deadline: AbortSignal): Clients => new Clients(systemClock, deadline);

/** Sorts by time, and names the moment to whoever reads a list of incidents: `ks-20260131-235959-1f3a`. */
export function newRun(now: number, random: () => number = Math.random): string {
  const [date = '', time = ''] = new Date(now).toISOString().replace(/[-:]/g, '').split('T');
  const suffix = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `ks-${date}-${time.slice(0, 6)}-${suffix}`;
}
