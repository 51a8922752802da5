import type { FunctionError } from '../../simulated-aws/services/lambda/simulated-function.ts';
import type { StackOutputs } from '../simulation/killswitch-stack.ts';
import type { AccountContent } from '../testbed/account-reader.ts';
import type { Incident, Owner } from './incident.ts';

export const EMAIL = 'owner@example.com';

export interface Check {
  readonly passed: boolean;
  readonly text: string;
}

/** As much of the stored report as the drill relies on. */
export interface StoredReport {
  readonly incident: string;
  readonly verdict: { readonly level: string; readonly reasons: readonly string[] };
  readonly clean: boolean;
  readonly actions: readonly unknown[];
  readonly trigger: { readonly source: string };
}

/** An account in which the stack is deployed and the intruder is at work. */
export interface AttackedAccount {
  readonly owner: Owner;
  readonly incident: Incident;
  readonly outputs: StackOutputs;
  /** How the stack was deployed: the end of a chapter's title. */
  readonly deployedBy: string;
  /** The budget's, in US dollars a month. */
  readonly limitUsd: number;
  /** What was spent when the stack was deployed. */
  readonly spentUsd: number;
}

/** What the function was told and what it did, when everything is over. */
export interface Aftermath {
  /** The end of the sentence that begins with `Contained`. */
  readonly conclusion: string;
  readonly mails: readonly { readonly subject: string; readonly text: string }[];
  /** Of the function. */
  readonly attempts: readonly { readonly error?: FunctionError; readonly log: readonly string[] }[];
  /** Checks that only this setup can make. */
  readonly checks: readonly Check[];
}

/** What the drill runs on: an account and the time in it. Each step prints its own lines. */
export interface DrillSetup {
  /** Printed once, at the beginning. */
  readonly about: string;
  /** Who reads what is left: the end of a chapter's title. */
  readonly readBy: string;
  plant(): Promise<AttackedAccount>;
  /** Title of the chapter in which the function is called. */
  readonly turn: string;
  /** Waits until something calls the function, and until all is over. */
  contain(attacked: AttackedAccount): Promise<Aftermath>;
  /** The account, by a reader that shares no code with the function. */
  read(): Promise<AccountContent>;
  /** The reports beside the journal, one for each run that left one; the run that did most comes first. */
  reports(attacked: AttackedAccount): Promise<StoredReport[]>;
  /** What the reports say: why it fired, and how often. */
  judge(reports: readonly StoredReport[], attacked: AttackedAccount, aftermath: Aftermath): Check[];
  /** Takes the kill switch apart, act by act; missing where that is not played. */
  takeApart?(attacked: AttackedAccount): Promise<Check[]>;
  /** Gives the owner back what was stopped; missing where that is not played. */
  putBack?(attacked: AttackedAccount, report: StoredReport): Promise<Check[]>;
  stop(): Promise<void>;
}
