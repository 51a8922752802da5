import { parseIncident } from '../../../lab/incidents/incident-file.ts';
import type { Incident } from '../../../lab/incidents/schema.ts';
import { Intruder } from '../../../lab/intruder/intruder.ts';
import { SimulatedAccount } from '../../../simulated-aws/account.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const STARTS_AT = Date.UTC(2026, 2, 2);

/** An incident in which only what a test is about is told. */
export function incidentWith(fields: Readonly<Record<string, unknown>>): Incident {
  const rest = {
    name: 'test',
    title: 'A test',
    story: ['Once.'],
    source: 'made up',
    startsAt: '2026-03-02',
    lastsDays: 3,
    budgetUsd: 50,
    owner: { users: ['owner'], readsMailAfterHours: 24 },
  };
  return parseIncident(JSON.stringify({ ...rest, ...fields }), 'test.json');
}

/** An account into which somebody breaks at once, by the key of `ci-deploy` or as root. */
export function attacked(script: Readonly<Record<string, unknown>>) {
  const account = new SimulatedAccount({ startsAt: STARTS_AT, seed: 7 });
  account.iam.createUser('ci-deploy');
  const { accessKeyId } = account.iam.createAccessKey('ci-deploy');
  const incident = incidentWith({ intruder: { got: 'leaked-key', atHour: 0, ...script } });
  if (!incident.intruder) throw new Error('the incident has no intruder');
  const intruder = new Intruder(account, incident.intruder);
  const until = (minutes: number) => account.timeline.advanceTo(STARTS_AT + minutes * MINUTE);
  const running = () =>
    [...account.ec2.instances()].filter(({ state }) => state === 'running' || state === 'pending');
  return { account, incident, intruder, leakedKey: accessKeyId, until, running };
}
