import { IAMClient, paginateGetAccountAuthorizationDetails } from '@aws-sdk/client-iam';
import { errorFacts, GLOBAL } from '../core/model.ts';
import { DEFAULT_REGIONS } from '../core/regions.ts';
import type { Signal } from '../core/signal.ts';
import { exposedUsers } from '../core/signals/exposed-users.ts';
import { type Clients, GLOBAL_REGION } from '../shell/calls/clients.ts';
import type { Clock } from '../shell/clock.ts';
import { findThreats } from '../shell/sources/guardduty.ts';
import { findActs } from '../shell/sources/trail.ts';
import { within } from '../shell/time-limit.ts';
import type { TickDeps } from './tick-deps.ts';

export interface Polled {
  readonly signals: readonly Signal[];
  readonly problems: readonly string[];
}

const MINUTE_MS = 60_000;
/** Findings and event history are this late at most, as a rule (GuardDuty and CloudTrail user guides: 5 and 15 minutes). */
const LATE_MS = 20 * MINUTE_MS;
/** A tick that falls out, or two in one turn, let a turn pass: so each look reaches back over two rounds. */
const ROUNDS = 2;
const LIMIT_MS = 10_000;
/** Acts that intruders begin with, one a tick. */
const ACTS = [
  'CreateAccessKey',
  'CreateLoginProfile',
  'CreateUser',
  'EnableRegion',
  'ModifyInstanceAttribute',
];

/**
 * What no event rule brings here is asked for in turn, a little each tick: GuardDuty in one other region, one act in
 * CloudTrail's event history, which needs no trail, and once an hour whom AWS itself has quarantined. Never rejects.
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
  };
}

const NOTHING: Polled = { signals: [], problems: [] };

/** Users to whom AWS itself has attached its quarantine policy: a key of theirs is public. */
async function findExposed(clients: Clients, clock: Clock): Promise<Polled> {
  const found: Signal[] = [];
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
      for (const { user, policy } of exposedUsers(page.UserDetailList ?? []))
        found.push({
          kind: 'exposed-key',
          id: `quarantined:${user}`,
          at,
          region: GLOBAL,
          text: `AWS has attached ${policy} to the user ${user}: a key of his is public`,
          accessKeyIds: [],
          users: [user],
        });
  };
  try {
    await within(clock, LIMIT_MS, 'IAM', list);
    return { signals: found, problems: [] };
  } catch (thrown) {
    return { signals: [...found], problems: [`users could not be listed: ${errorFacts(thrown).error}`] };
  }
}
