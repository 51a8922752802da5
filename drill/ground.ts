import type { AccountContent } from '../testbed/account-reader.ts';
import type { StackOutputs } from '../testbed/deploy.ts';
import type { FunctionError } from '../testbed/execution.ts';
import type { Check, StoredReport } from './checks.ts';
import type { Incident, Owner } from './incident.ts';

export const EMAIL = 'owner@example.com';

/** An account in which the stack is deployed and the intruder is at work. */
export interface Scene {
  readonly owner: Owner;
  readonly incident: Incident;
  readonly outputs: StackOutputs;
  /** How the stack came there: the end of a chapter's title. */
  readonly deployedBy: string;
  /** The budget's, in US dollars a month. */
  readonly limitUsd: number;
  /** What was spent when the stack was deployed. */
  readonly spentUsd: number;
}

/** The alarm and what the function made of it, when everything is over. */
export interface Aftermath {
  /** From the alarm to the end of the function. */
  readonly seconds: number;
  /** What Budgets had seen when it raised the alarm. */
  readonly actualUsd: number;
  readonly mails: readonly { readonly subject: string; readonly text: string }[];
  /** Of the function. */
  readonly attempts: readonly { readonly error?: FunctionError; readonly log: readonly string[] }[];
  /** What only this ground can be asked. */
  readonly checks: readonly Check[];
}

/** Where the drill's story plays: an account and the time in it. What it does it also says, line by line. */
export interface Ground {
  /** Said once, at the beginning. */
  readonly about: string;
  /** Who reads what is left: the end of a chapter's title. */
  readonly readBy: string;
  plant(): Promise<Scene>;
  /** Lets the alarm come, and waits until all is over. */
  alarm(scene: Scene): Promise<Aftermath>;
  /** The account, by a reader that shares no code with the function. */
  read(): Promise<AccountContent>;
  /** The reports that lie beside the journal, one for each run; whoever did most first. */
  reports(scene: Scene): Promise<StoredReport[]>;
  /** Puts back what is the owner's; where that is not played, missing. */
  putBack?(scene: Scene, report: StoredReport): Promise<Check[]>;
  stop(): Promise<void>;
}
