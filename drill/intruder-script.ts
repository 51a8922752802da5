import type { Script, Step } from '../sim/incidents/schema.ts';
import { countProtected, HIS_GROUPS, HIS_MACHINES, HIS_TYPE, HIS_USERS } from './incident.ts';

/** After the leak, in minutes: users of his own, then region after region, then the groups. */
const FIRST_USER = 1;
const FIRST_REGION = 5;
const GROUPS_AT = 24;
/** By then he has everything that he wants. */
export const DONE_AFTER_MINUTES = 30;

/**
 * The intruder of the drill as a script: a forgotten user's key leaks `hours` after the start, he makes users and
 * launches machines, and each minute he brings back what does not run any more, as long as one of his keys works.
 */
export function intruderScript(hours: number): Script {
  const [leaked, ...made] = HIS_USERS;
  return {
    got: 'leaked-key',
    user: leaked,
    atHour: hours,
    steps: [
      ...made.map((name, at): Step => ({ do: 'create-user', atMinute: FIRST_USER + at, name, keys: 2 })),
      ...HIS_MACHINES.flatMap(([region, machines], at) => launches(region, machines, FIRST_REGION + at)),
      ...HIS_GROUPS.map(
        ({ region, name, size }): Step => ({
          do: 'group',
          atMinute: GROUPS_AT,
          regions: [region],
          name,
          type: HIS_TYPE,
          desired: size,
          min: size,
          max: size,
          protect: [],
        }),
      ),
    ],
    reactions: { everyMinutes: 1, relaunch: true, keepCredentials: 0, fillPolicySlots: false, protect: [] },
  };
}

function launches(region: string, machines: number, atMinute: number): Step[] {
  const step = { do: 'launch', atMinute, regions: [region], type: HIS_TYPE, lifecycle: 'on-demand' } as const;
  return [
    { ...step, count: countProtected(machines, undefined), protect: [] },
    { ...step, count: countProtected(machines, 'termination'), protect: ['termination' as const] },
    { ...step, count: countProtected(machines, 'stop'), protect: ['stop' as const] },
  ].filter(({ count }) => count > 0);
}
