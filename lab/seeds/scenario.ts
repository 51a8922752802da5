import type { Policy } from '../../lambda/core/policy/policy.ts';
import { DEFAULT_REGIONS, OPT_IN_REGIONS } from '../../lambda/core/regions.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import type { WireFault } from '../../simulated-aws/wire/fault-rules.ts';
import type { Script } from '../incidents/schema.ts';
import { intruderFrom, TYPES } from './intruder.ts';

/** Machines that existed before the incident and are not on the allowlist. */
export interface Machines {
  readonly region: string;
  readonly type: string;
  readonly count: number;
  readonly disableApiStop: boolean;
  readonly disableApiTermination: boolean;
  readonly instanceStore: boolean;
}

export interface User {
  readonly name: string;
  readonly keys: 0 | 1 | 2;
  /** All ten slots for managed policies are taken, so that no deny can be attached. */
  readonly policySlotsFull: boolean;
}

/** What goes wrong with some of the calls, until the faults end. */
export interface CallFault {
  readonly fault: WireFault;
  /** The share of the calls that it hits. */
  readonly probability: number;
  readonly service: string | undefined;
  readonly region: string | undefined;
  /** Whether AWS acted on the call before its answer was lost. */
  readonly phase: 'before' | 'after';
}

/** An account, an intruder and faults, all from one seed. */
export interface Scenario {
  readonly seed: number;
  readonly policy: Pick<Policy, 'mode' | 'quarantine' | 'unstoppable'>;
  readonly optedIn: readonly string[];
  readonly ownersMachines: readonly { readonly region: string; readonly count: number }[];
  readonly machines: readonly Machines[];
  readonly users: readonly User[];
  readonly intruder: Script;
  /** Minutes from the compromise to the first run. */
  readonly firesAtMinute: number;
  readonly faults: readonly CallFault[];
  /** One for each run in turn: that run is killed when it has sent so many calls. Later runs are not killed. */
  readonly killPoints: readonly { readonly afterCalls: number; readonly answered: boolean }[];
  /** Two runs begin at once. */
  readonly twice: boolean;
  /** The owner disables the leaked key by hand before the first run: session tokens made from it go on working. */
  readonly disabledByHand: boolean;
  /** Seconds until the credentials of each run exist: a person types a code. Undefined: the deployed function runs. */
  readonly credentialsAfterSeconds: number | undefined;
  /** Lines of progress after which each run's output is closed. */
  readonly outputLines: number | undefined;
  /** Another key leaks after the first incident was contained. */
  readonly secondIntruder: Script | undefined;
}

/** Whose keys leak, in this order. */
export const LEAKED_USERS = ['ci-deploy', 'ci-release'] as const;

const FAULTS = [
  'throttle',
  'server-error',
  'reset',
  'hang',
  'garbage',
  'html',
  'empty',
  'json',
  'access-denied',
] as const;
const SERVICES = ['ec2', 'iam', 'autoscaling', 's3', 'sts', undefined] as const;

/** The scenario of a seed. The same seed gives the same scenario. */
export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed);
  const optedIn = OPT_IN_REGIONS.filter(() => random.chance(0.08));
  const regions = [...DEFAULT_REGIONS, ...optedIn];
  return {
    seed,
    policy: {
      mode: random.chance(0.7) ? 'stop' : 'terminate',
      quarantine: random.chance(0.7) ? 'users' : 'keys',
      unstoppable: random.chance(0.5) ? 'report' : 'terminate',
    },
    optedIn,
    ownersMachines: some(random, 3, () => ({ region: random.pick(regions), count: random.integer(1, 3) })),
    machines: some(random, 6, () => machinesFrom(random, regions)),
    users: some(random, random.chance(0.1) ? 130 : 8, (at) => ({
      name: `user-${at}`,
      keys: random.pick([0, 1, 2] as const),
      policySlotsFull: random.chance(0.1),
    })),
    intruder: intruderFrom(random, regions, LEAKED_USERS[0]),
    firesAtMinute: random.integer(3, 40),
    faults: random.chance(0.6) ? some(random, 3, () => callFaultFrom(random, regions)) : [],
    killPoints: random.chance(0.3)
      ? some(random, 2, () => ({ afterCalls: random.integer(1, 150), answered: random.chance(0.5) }))
      : [],
    twice: random.chance(0.15),
    disabledByHand: random.chance(0.2),
    credentialsAfterSeconds: random.chance(0.3) ? random.integer(0, 170) : undefined,
    outputLines: random.chance(0.2) ? random.integer(0, 30) : undefined,
    secondIntruder: random.chance(0.25) ? intruderFrom(random, regions, LEAKED_USERS[1]) : undefined,
  };
}

function some<T>(random: Random, most: number, make: (at: number) => T): T[] {
  return Array.from({ length: random.integer(0, most) }, (_, at) => make(at));
}

function machinesFrom(random: Random, regions: readonly string[]): Machines {
  const instanceStore = random.chance(0.1);
  return {
    region: random.pick(regions),
    type: random.pick(TYPES),
    count: random.chance(0.1) ? random.integer(200, 1200) : random.integer(1, 40),
    // EC2 refuses stop protection for them, since they cannot be stopped.
    disableApiStop: !instanceStore && random.chance(0.3),
    disableApiTermination: random.chance(0.4),
    instanceStore,
  };
}

function callFaultFrom(random: Random, regions: readonly string[]): CallFault {
  const kind = random.pick(FAULTS);
  return {
    fault: { kind },
    probability: random.chance(0.3) ? 1 : random.fraction() * 0.3,
    service: random.pick(SERVICES),
    region: random.chance(0.3) ? random.pick(regions) : undefined,
    // A call that AWS refuses has changed nothing.
    phase:
      kind === 'throttle' || kind === 'access-denied' ? 'before' : random.pick(['before', 'after'] as const),
  };
}
