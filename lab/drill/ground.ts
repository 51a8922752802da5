import type { FunctionError } from '../../simulated-aws/services/lambda/simulated-function.ts';
import type { StackOutputs } from '../simulation/killswitch-stack.ts';
import type { AccountContent } from '../testbed/account-reader.ts';
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

/** What woke the function and what it made of it, when everything is over. */
export interface Aftermath {
  /** The end of the sentence that begins with `Contained`. */
  readonly conclusion: string;
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
  /** Title of the chapter in which the function is woken. */
  readonly turn: string;
  /** Lets the function be woken, and waits until all is over. */
  contain(scene: Scene): Promise<Aftermath>;
  /** The account, by a reader that shares no code with the function. */
  read(): Promise<AccountContent>;
  /** The reports that lie beside the journal, one for each run that left one; whoever did most first. */
  reports(scene: Scene): Promise<StoredReport[]>;
  /** What the reports say of why it fired, and how often. */
  judge(reports: readonly StoredReport[], scene: Scene, aftermath: Aftermath): Check[];
  /** Takes the kill switch apart, act by act; where that is not played, missing. */
  takeApart?(scene: Scene): Promise<Check[]>;
  /** Puts back what is the owner's; where that is not played, missing. */
  putBack?(scene: Scene, report: StoredReport): Promise<Check[]>;
  stop(): Promise<void>;
}
