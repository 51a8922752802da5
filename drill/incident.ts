import type { DEFAULT_REGIONS } from '../lambda/core/regions.ts';
import type { PlantedUser, World } from '../testbed/world.ts';

/** Machines that the intruder runs in each default region: many where GPUs are cheap, a few everywhere else. */
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
const OPTED_IN_REGION = 'af-south-1';
const GROUPS = [
  { region: 'us-west-2', name: 'render-farm', size: 20 },
  { region: 'eu-west-1', name: 'web-cache', size: 8 },
] as const;
const INTRUDERS = ['ses-smtp-user', 'backup-agent', 'cloudwatch-exporter', 'support-sync'];
/** Every so many machines one is protected, once this way and once that. */
const EVERY = 9;

/** What is the owner's, and must come through untouched. */
export interface Owner {
  readonly user: PlantedUser;
  readonly keyId: string;
  readonly instance: { readonly id: string; readonly region: string };
}

export async function plantOwner(world: World): Promise<Owner> {
  const user = await world.user('owner', 1);
  const region = 'eu-central-1';
  const [id] = await world.instances(region, 1);
  const [key] = user.accessKeys;
  if (!id || !key) throw new Error('moto did not create the owner');
  return { user, keyId: key.accessKeyId, instance: { id, region } };
}

/** Everything that must be stopped or disabled, as it was planted. */
export interface Incident {
  readonly instances: ReadonlyMap<string, ReadonlySet<string>>;
  readonly keyIds: ReadonlySet<string>;
  readonly users: number;
  readonly groups: readonly { readonly region: string; readonly name: string; readonly size: number }[];
  readonly terminationProtected: number;
  readonly stopProtected: number;
}

/** Plants the intruder: about 300 machines, two groups, two kinds of protection, users with two keys each. */
export async function plantIntruder(world: World): Promise<Incident> {
  const instances = new Map<string, Set<string>>();
  const shielded = { DisableApiTermination: 0, DisableApiStop: 0 };
  for (const [region, machines] of [...Object.entries(MACHINES), [OPTED_IN_REGION, 1] as const]) {
    const ids = await world.instances(region, machines, 'g4dn.xlarge');
    instances.set(region, new Set(ids));
    for (const [offset, protection] of [
      [1, 'DisableApiTermination'],
      [5, 'DisableApiStop'],
    ] as const) {
      const chosen = ids.filter((_, index) => index % EVERY === offset);
      await world.protect(region, chosen, protection);
      shielded[protection] += chosen.length;
    }
  }
  for (const { region, name, size } of GROUPS)
    for (const id of await world.autoScalingGroup(region, name, size)) instances.get(region)?.add(id);
  const keyIds = new Set<string>();
  for (const name of INTRUDERS)
    for (const { accessKeyId } of (await world.user(name, 2)).accessKeys) keyIds.add(accessKeyId);
  return {
    instances,
    keyIds,
    users: INTRUDERS.length,
    groups: GROUPS,
    terminationProtected: shielded.DisableApiTermination,
    stopProtected: shielded.DisableApiStop,
  };
}

export const machinesIn = (incident: Incident): number =>
  [...incident.instances.values()].reduce((sum, ids) => sum + ids.size, 0);
