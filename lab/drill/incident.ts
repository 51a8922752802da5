import type { DEFAULT_REGIONS } from '../../lambda/core/regions.ts';

/** The region that the account has opted in to. */
export const OPTED_IN_REGION = 'af-south-1';

const MACHINES: Readonly<Record<(typeof DEFAULT_REGIONS)[number], number>> = {
  'us-east-1': 52,
  'us-east-2': 31,
  'us-west-1': 9,
  'us-west-2': 38,
  'ap-northeast-1': 24,
  'ap-northeast-2': 12,
  'ap-northeast-3': 3,
  'ap-south-1': 17,
  'ap-southeast-1': 14,
  'ap-southeast-2': 8,
  'ca-central-1': 6,
  'eu-central-1': 15,
  'eu-north-1': 5,
  'eu-west-1': 21,
  'eu-west-2': 7,
  'eu-west-3': 4,
  'sa-east-1': 1,
};
/** Of so many machines in a row, one has termination protection and one has stop protection. */
const EVERY = 9;
const TERMINATION_PROTECTED_AT = 1;
const STOP_PROTECTED_AT = 5;

/** Machines that the intruder runs in each region: many where GPUs are cheap, a few everywhere else. */
export const INTRUDERS_MACHINES: readonly (readonly [region: string, machines: number])[] = [
  ...Object.entries(MACHINES),
  [OPTED_IN_REGION, 1],
];
export const INTRUDERS_TYPE = 'g4dn.xlarge';
export const INTRUDERS_GROUPS = [
  { region: 'us-west-2', name: 'render-farm', size: 20 },
  { region: 'eu-west-1', name: 'web-cache', size: 8 },
] as const;
/** Two keys each. In the simulated account the first is a forgotten user of the owner's, whose key leaks. */
export const INTRUDERS_USERS = [
  'ses-smtp-user',
  'backup-agent',
  'cloudwatch-exporter',
  'support-sync',
] as const;

/** The owner's machines: one is on the allowlist, and the others were forgotten. */
export const OWNER = 'owner';
export const OWNERS_TYPE = 't3.micro';
export const OWNERS_REGION = 'eu-central-1';
export const OTHERS = { region: 'eu-west-2', count: 3 } as const;

/** How the machine at this place of a region's list is protected. */
export function protectionAt(index: number): 'termination' | 'stop' | undefined {
  if (index % EVERY === TERMINATION_PROTECTED_AT) return 'termination';
  return index % EVERY === STOP_PROTECTED_AT ? 'stop' : undefined;
}

/** How many of a region's machines are protected this way; without a way, not at all. */
export const countProtected = (machines: number, how: ReturnType<typeof protectionAt>): number =>
  Array.from({ length: machines }, (_, index) => protectionAt(index)).filter((one) => one === how).length;

/** What is the owner's. */
export interface Owner {
  readonly keyId: string;
  /** On the allowlist, like the owner's key: both must stay untouched. */
  readonly instance: { readonly id: string; readonly region: string };
  /** Not on it: they are stopped like everything else, and can be put back. */
  readonly others: { readonly ids: readonly string[]; readonly region: string };
}

/** Everything that must be stopped or disabled, as it was planted. */
export interface Incident {
  readonly instances: ReadonlyMap<string, ReadonlySet<string>>;
  readonly keyIds: ReadonlySet<string>;
}

export const machinesIn = ({ instances }: Incident): number =>
  [...instances.values()].reduce((sum, ids) => sum + ids.size, 0);

/** Of all regions together. */
export const totalProtected = (how: 'termination' | 'stop'): number =>
  INTRUDERS_MACHINES.reduce((sum, [, machines]) => sum + countProtected(machines, how), 0);
