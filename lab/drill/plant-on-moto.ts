import type { PlantedAccount } from '../testbed/planted-account.ts';
import {
  INTRUDERS_GROUPS,
  INTRUDERS_MACHINES,
  INTRUDERS_TYPE,
  INTRUDERS_USERS,
  type Incident,
  OTHERS,
  OWNER,
  OWNERS_REGION,
  OWNERS_TYPE,
  type Owner,
  protectionAt,
} from './incident.ts';

/** Plants the owner: a user with a key, the machine that is to be on the allowlist, and others. */
export async function plantOwner(account: PlantedAccount): Promise<Owner> {
  const { accessKeys } = await account.user(OWNER, 1);
  const [id] = await account.instances(OWNERS_REGION, 1, OWNERS_TYPE);
  const [key] = accessKeys;
  if (!id || !key) throw new Error('moto did not create the owner');
  const others = await account.instances(OTHERS.region, OTHERS.count, OWNERS_TYPE);
  return {
    keyId: key.accessKeyId,
    instance: { id, region: OWNERS_REGION },
    others: { ids: others, region: OTHERS.region },
  };
}

/** Plants the intruder: about 300 machines, two groups, two kinds of protection, users with two keys each. */
export async function plantIntruder(account: PlantedAccount): Promise<Incident> {
  const instances = new Map<string, Set<string>>();
  for (const [region, machines] of INTRUDERS_MACHINES) {
    const ids = await account.instances(region, machines, INTRUDERS_TYPE);
    instances.set(region, new Set(ids));
    const protectedBy = (how: 'termination' | 'stop') =>
      ids.filter((_, index) => protectionAt(index) === how);
    await account.protect(region, protectedBy('termination'), 'DisableApiTermination');
    await account.protect(region, protectedBy('stop'), 'DisableApiStop');
  }
  for (const { region, name, size } of INTRUDERS_GROUPS)
    for (const id of await account.autoScalingGroup(region, name, size)) instances.get(region)?.add(id);
  const keyIds = new Set<string>();
  for (const name of INTRUDERS_USERS)
    for (const { accessKeyId } of (await account.user(name, 2)).accessKeys) keyIds.add(accessKeyId);
  return { instances, keyIds };
}
