import { IAMClient, paginateGetAccountAuthorizationDetails } from '@aws-sdk/client-iam';
import { errorFacts, GLOBAL } from '../core/model.ts';
import { DEFAULT_REGIONS, GLOBAL_REGION } from '../core/regions.ts';
import type { Signal } from '../core/signal.ts';
import { type ExposedUser, exposedUsers } from '../core/signals/exposed-users.ts';
import type { Clients } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { findThreats } from '../shell/sources/guardduty.ts';
import { findActs } from '../shell/sources/trail.ts';
import { within } from '../shell/time-limit.ts';
import type { TickDeps } from './tick-deps.ts';

export interface Polled {
  readonly signals: readonly Signal[];
  readonly problems: readonly string[];
  /** All users that AWS has quarantined; missing where this look did not ask, or the list broke off. */
  readonly quarantined?: readonly ExposedUser[];
}

const MINUTE_MS = 60_000;
/** Findings and events are seldom later. GuardDuty and CloudTrail user guides: 5 and 15 minutes. */
const LATE_MS = 20 * MINUTE_MS;
/** A missed tick, or two ticks in one turn, skip a turn: so each poll asks for the last two rounds. */
const ROUNDS = 2;
const LIMIT_MS = 10_000;
/** Calls with which intruders usually begin; each tick asks for one. */
const ACTS = [
  'CreateAccessKey',
  'CreateLoginProfile',
  'CreateUser',
  'EnableRegion',
  'ModifyInstanceAttribute',
];

/**
 * Asks for what no event rule sends here, a part of it in each tick: GuardDuty's findings in one other
 * region, one event name in CloudTrail's event history (it needs no trail), and once an hour the users that
 * AWS has quarantined. Never rejects.
 */
export async function pollInTurn(deps: TickDeps, now: number): Promise<Polled> {
  const period = deps.everyMinutes * MINUTE_MS;
  const turn = Math.floor(now / period);
  const others = DEFAULT_REGIONS.filter(
    (region) => region !== deps.guards.region && !deps.forwardedRegions.includes(region),
  );
  const region = others[turn % Math.max(1, others.length)];
  const act = ACTS[turn % ACTS.length] ?? 'CreateAccessKey';
  const since = (turns: number) => now - ROUNDS * turns * period - LATE_MS;
  const { account } = deps.budget;
  const [threats, acts, exposed] = await Promise.all([
    region
      ? findThreats(deps.clients, region, since(others.length), account, deps.clock)
      : { threats: [], problem: undefined },
    findActs(
      deps.clients,
      deps.guards.region,
      { eventName: act, since: since(ACTS.length) },
      {
        account,
        allow: deps.policy.allow,
      },
      deps.clock,
    ),
    turn % Math.max(1, Math.round(60 / deps.everyMinutes)) === 0
      ? findExposed(deps.clients, deps.clock)
      : NOTHING,
  ]);
  return {
    signals: [...threats.threats, ...acts.acts, ...exposed.signals],
    problems: [threats.problem, acts.problem, ...exposed.problems].filter((text) => text !== undefined),
    ...(exposed.quarantined ? { quarantined: exposed.quarantined } : {}),
  };
}

const NOTHING: Polled = { signals: [], problems: [] };

/** Users to whom AWS has attached its quarantine policy, because a key of theirs is public. */
async function findExposed(clients: Clients, clock: Clock): Promise<Polled> {
  const found: Signal[] = [];
  const quarantined: ExposedUser[] = [];
  const at = new Date(clock.now()).toISOString();
  const list = async (over: AbortSignal) => {
    const query = { Filter: ['User' as const], MaxItems: 1000 };
    const options = { abortSignal: over };
    const pages = paginateGetAccountAuthorizationDetails(
      { client: clients.of(IAMClient, GLOBAL_REGION) },
      query,
      options,
    );
    for await (const page of pages)
      for (const exposed of exposedUsers(page.UserDetailList ?? [])) {
        const { user, policy } = exposed;
        quarantined.push(exposed);
        found.push({
          kind: 'exposed-key',
          id: `quarantined:${user}`,
          at,
          region: GLOBAL,
          text: `AWS has attached ${policy} to the user ${user}: a key of this user is public`,
          accessKeyIds: [],
          users: [user],
          isQuarantine: true,
        });
      }
  };
  try {
    await within(clock, LIMIT_MS, 'IAM', list);
    return { signals: found, problems: [], quarantined };
  } catch (thrown) {
    return { signals: [...found], problems: [`users could not be listed: ${errorFacts(thrown).error}`] };
  }
}
