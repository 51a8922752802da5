import { type AccountOptions, SimulatedAccount } from '../../../simulated-aws/account.ts';
import { AS_SELDOM_AS_AWS } from '../../../simulated-aws/services/budgets/budgets.ts';
import type { Incident } from '../../incidents/schema.ts';
import type { Course } from '../playing/measures.ts';
import { PlayedIncident } from '../playing/played-incident.ts';

/** One way to meet an incident. */
export interface Defence {
  readonly name: string;
  readonly label: string;
  readonly labelJa: string;
  /** What it is and what is assumed of it, with sources; printed with the figures. */
  readonly about: string;
  /** It is this project's own: in a calm story it must stay calm. */
  readonly isOwn?: true;
  play(incident: Incident): Promise<Course>;
}

/** The same seed for all: two plays of an incident differ only in the defence. */
const SEED = 20_251_122;

/** The account of an incident, in which nothing has happened yet. */
export const accountOf = ({ startsAt, budgetsLooks }: Incident): AccountOptions => ({
  startsAt,
  seed: SEED,
  ...(budgetsLooks === 'promptly' ? {} : { budgets: AS_SELDOM_AS_AWS }),
});

/** Plays a defence that needs no stack: `prepare` sets it up in an account in which nothing has happened yet. */
export async function playWithout(
  name: string,
  incident: Incident,
  prepare: (played: PlayedIncident) => void,
): Promise<Course> {
  const account = new SimulatedAccount(accountOf(incident));
  const played = new PlayedIncident(account, incident);
  prepare(played);
  account.timeline.advanceTo(played.endsAt);
  return played.course(name);
}
