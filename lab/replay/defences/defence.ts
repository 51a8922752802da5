import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { Incident } from '../../incidents/schema.ts';
import type { Course } from '../playing/measures.ts';
import { Scene } from '../playing/played-incident.ts';

/** One way to meet an incident. */
export interface Defence {
  readonly name: string;
  readonly label: string;
  readonly labelJa: string;
  /** What it is and what is assumed of it, with sources; for whoever reads the figures. */
  readonly about: string;
  play(incident: Incident): Promise<Course>;
}

/** The same for everybody: what differs between two defences of an incident is the defence. */
export const SEED = 20_251_122;

/** Plays a defence that needs no stack: `prepare` sets it up in an account in which nothing has happened yet. */
export async function playWithout(
  name: string,
  incident: Incident,
  prepare: (scene: Scene) => void,
): Promise<Course> {
  const account = new SimulatedAccount({ startsAt: incident.startsAt, seed: SEED });
  const scene = new Scene(account, incident);
  prepare(scene);
  account.timeline.advanceTo(scene.endsAt);
  return scene.course(name);
}
