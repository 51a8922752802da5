import { exitCodeOf } from '../../lambda/core/report/report.ts';
import type { Report } from '../../lambda/core/report/report-document.ts';
import type { SimulatedInstance } from '../../simulated-aws/services/ec2/instance.ts';
import type { SeedSetup } from './setup.ts';

/** A change holds everywhere (IAM) and shows (EC2) only after so long: what is newer need not be known. */
const PROPAGATION_MS = 5_000;
const DATA = /^(Delete|Purge|Deregister|Release|Detach(?!UserPolicy))/;

/** The owner's machines and key that are on the allowlist: nothing may touch them. */
export function ownerProblems({ account, owner }: SeedSetup): string[] {
  const problems: string[] = [];
  for (const id of owner.instances)
    if (account.ec2.instance(id)?.state !== 'running')
      problems.push(`the owner's ${id} is ${account.ec2.instance(id)?.state ?? 'gone'}`);
  const user = account.iam.directory.find(owner.name);
  const key = user?.keys.find(({ id }) => id === owner.accessKeyId);
  if (key?.status !== 'Active') problems.push(`the owner's key is ${key?.status ?? 'gone'}`);
  if (user?.attachedPolicies.some((arn) => arn.endsWith('/AWSDenyAll')) || user?.boundary)
    problems.push('the owner is denied');
  return problems;
}

/** What a report says that the account does not show. */
export function reportProblems(setup: SeedSetup, report: Report, endedAt: number): string[] {
  const { account, owner } = setup;
  const problems: string[] = [];
  if (!report.clean && exitCodeOf(report) === 0) problems.push('it is not clean, and its exit code is 0');
  if (!report.clean) return problems;
  for (const instance of account.ec2.instances())
    if (isForeign(setup, instance) && bills(instance) && wasThere(setup, instance, endedAt))
      problems.push(
        `it says clean, and ${instance.id} (${instance.launchedBy}, ${instance.region}, ${instance.lifecycle}) is ${instance.state}`,
      );
  for (const { name, keys } of account.iam.users())
    for (const { id, status, createdAt } of keys)
      if (status === 'Active' && id !== owner.accessKeyId && createdAt < endedAt - 2 * PROPAGATION_MS)
        problems.push(`it says clean, and ${name}'s key ${id} is Active`);
  return problems;
}

/**
 * An account that is contained leaves no user's credential to the intruder, session tokens included, where users are
 * denied. Roles are not reached yet.
 */
export function credentialProblems({ scenario, working }: SeedSetup): string[] {
  if (scenario.policy.quarantine === 'keys') return [];
  return working.map(
    ({ kind, of }) => `it is contained, and a ${kind} of ${of} still works for the intruder`,
  );
}

/** Calls that must never be made, and whatever went wrong inside the simulation itself. */
export function callProblems({ endpoint }: SeedSetup): string[] {
  const data = endpoint.calls.map(({ operation }) => operation).filter((name) => DATA.test(name));
  return [
    ...new Set(data.filter((name) => name !== 'DeleteUserPermissionsBoundary')),
    ...endpoint.notSimulated,
    ...endpoint.defects.map(({ message }) => message),
  ].map((what) => `a call that must not be: ${what}`);
}

const isForeign = ({ owner }: SeedSetup, { id }: SimulatedInstance) => !owner.instances.includes(id);
const bills = ({ state }: SimulatedInstance) => state === 'running' || state === 'pending';

/**
 * Launched early enough to be seen. Where only keys are disabled, session tokens made from them go on launching, as the
 * documentation of that setting says.
 */
function wasThere({ scenario, working }: SeedSetup, instance: SimulatedInstance, endedAt: number) {
  if (scenario.policy.quarantine === 'keys' && working.length > 0) return false;
  return instance.launchedAt < endedAt - 2 * PROPAGATION_MS;
}
