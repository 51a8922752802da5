import type { Script, Step } from '../incidents/schema.ts';
import {
  countProtected,
  INTRUDERS_GROUPS,
  INTRUDERS_MACHINES,
  INTRUDERS_TYPE,
  INTRUDERS_USERS,
} from './incident.ts';

/**
 * After the leak, in minutes: first users, then one region after the other, then groups. The intruder is as fast as a
 * script: in a campaign that GuardDuty found, miners ran ten minutes after the first access (AWS Security Blog,
 * December 2025).
 */
const FIRST_USER = 0.1;
const EACH_USER = 0.1;
const FIRST_REGION = 1;
const EACH_REGION = 0.15;
const GROUPS_AT = 3.8;
/** By then all of the first wave runs. */
export const DONE_AFTER_MINUTES = 4.5;
/** What the intruder tries later: another user, and two more waves. */
const LATER = { user: 12, launch: 20, again: 34 } as const;
const MORE = ['us-east-1', 'us-west-2', 'ap-northeast-1', 'eu-west-1', 'eu-central-1'];

/**
 * The intruder of the drill as a script. A forgotten user's key leaks `hours` after the start. The intruder creates
 * users, launches machines, tries more of both later, and each minute relaunches what was stopped while a key works.
 */
export function intruderScript(hours: number): Script {
  const [leaked, ...made] = INTRUDERS_USERS;
  return {
    got: 'leaked-key',
    user: leaked,
    atHour: hours,
    steps: [
      ...made.map(
        (name, at): Step => ({ do: 'create-user', atMinute: FIRST_USER + at * EACH_USER, name, keys: 2 }),
      ),
      ...INTRUDERS_MACHINES.flatMap(([region, machines], at) =>
        launches(region, machines, FIRST_REGION + at * EACH_REGION),
      ),
      ...INTRUDERS_GROUPS.map(
        ({ region, name, size }): Step => ({
          do: 'group',
          atMinute: GROUPS_AT,
          regions: [region],
          name,
          type: INTRUDERS_TYPE,
          desired: size,
          min: size,
          max: size,
          protect: [],
        }),
      ),
      { do: 'create-user', atMinute: LATER.user, name: 'config-recorder', keys: 2 },
      ...[LATER.launch, LATER.again].map(
        (atMinute): Step => ({
          do: 'launch',
          atMinute,
          regions: MORE,
          type: INTRUDERS_TYPE,
          count: 40,
          lifecycle: 'on-demand',
          protect: [],
        }),
      ),
    ],
    reactions: { everyMinutes: 1, relaunch: true, keepCredentials: 0, fillPolicySlots: false, protect: [] },
  };
}

function launches(region: string, machines: number, atMinute: number): Step[] {
  const step = {
    do: 'launch',
    atMinute,
    regions: [region],
    type: INTRUDERS_TYPE,
    lifecycle: 'on-demand',
  } as const;
  return [
    { ...step, count: countProtected(machines, undefined), protect: [] },
    { ...step, count: countProtected(machines, 'termination'), protect: ['termination' as const] },
    { ...step, count: countProtected(machines, 'stop'), protect: ['stop' as const] },
  ].filter(({ count }) => count > 0);
}
