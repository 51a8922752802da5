import type { ContainDeps } from '../contain/account.ts';
import type { AllowanceCap } from '../core/allowance-cap.ts';
import type { Mail } from '../core/report/mail.ts';
import type { About } from '../core/report/webhook.ts';
import type { FixedBudget } from '../core/verdict/decide.ts';
import { Clients } from '../shell/calls/clients.ts';
import { systemClock } from '../shell/clock.ts';
import type { LastKnown } from '../shell/journal/known.ts';
import type { Store } from '../shell/journal/store.ts';
import type { Identity } from '../shell/sources/identity.ts';

/** Everything that a run needs from outside. The handler or the command line composes it once. */
export interface Deps extends ContainDeps {
  readonly newRun: () => string;
  /** Asks AWS who we are. A tick that contains nothing does not call it. Rejects for bad credentials. */
  readonly identity: () => Promise<Identity>;
  /** The journal of this account; undefined for a plan, which writes none. */
  readonly store: Promise<Store | undefined>;
  /** What this process knew of the journal, for a time in which that gives no answer. */
  readonly lastKnown?: LastKnown;
  /** Undefined without a deployed stack. */
  readonly budget?: FixedBudget & { readonly cap?: AllowanceCap };
  /** Whether scheduled ticks continue an open incident: the report says so. */
  readonly isHeldOpen?: boolean;
  /** What leads the command line to this run's journal, e.g. ` --stack Mine`; missing where it looks there by itself. */
  readonly commandFlags?: string;
  readonly log: (line: string) => void;
  /** Notifies the owner. Rejects when every notification failed. */
  readonly notify?: (mail: Mail, about: About) => Promise<void>;
}

/** The clients of one run. Its deadline ends all of them. */
export const clientsUntil = (deadline: AbortSignal): Clients => new Clients(systemClock, deadline);

/** A new id of a run, such as `ks-20260131-235959-1f3a`: ids sort by time, and people can read the time. */
export function newRun(now: number, random: () => number = Math.random): string {
  const [date = '', time = ''] = new Date(now).toISOString().replace(/[-:]/g, '').split('T');
  const suffix = Math.floor(random() * 0x10000)
    .toString(16)
    .padStart(4, '0');
  return `ks-${date}-${time.slice(0, 6)}-${suffix}`;
}
