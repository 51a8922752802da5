import type { Ec2 } from '../../simulated-aws/services/ec2/ec2.ts';
import type { Iam } from '../../simulated-aws/services/iam/iam.ts';
import { INTRUDER } from './holdings.ts';

/** Harmless policies of AWS's own that take up room. */
const FILLERS = [
  'ReadOnlyAccess',
  'SecurityAudit',
  'IAMReadOnlyAccess',
  'AmazonEC2ReadOnlyAccess',
  'AmazonS3ReadOnlyAccess',
  'CloudWatchReadOnlyAccess',
  'AmazonSQSFullAccess',
  'AmazonSNSFullAccess',
  'AmazonDynamoDBFullAccess',
  'AmazonRDSFullAccess',
].map((name) => `arn:aws:iam::aws:policy/${name}`);
const SLOTS = 10;

/** Takes every slot for managed policies of his users, so that none is left for a deny. */
export function fillPolicySlots(iam: Iam, users: Iterable<string>): void {
  for (const name of users) {
    const attached = iam.directory.find(name)?.attachedPolicies;
    if (!attached) continue;
    const free = FILLERS.filter((arn) => !attached.includes(arn)).slice(0, SLOTS - attached.length);
    for (const arn of free) iam.attachUserPolicy(name, arn);
  }
}

/** Protects his running machines where they are not protected any more. @returns how many. */
export function protectAgain(ec2: Ec2, protect: readonly ('termination' | 'stop')[]): number {
  let changed = 0;
  for (const instance of protect.length === 0 ? [] : ec2.instances()) {
    const isHis = instance.launchedBy === INTRUDER && instance.state === 'running';
    // Spot machines cannot be protected.
    if (!isHis || instance.lifecycle === 'spot') continue;
    const wanted = {
      disableApiTermination: instance.disableApiTermination || protect.includes('termination'),
      disableApiStop: instance.disableApiStop || protect.includes('stop'),
    };
    if (
      wanted.disableApiTermination === instance.disableApiTermination &&
      wanted.disableApiStop === instance.disableApiStop
    )
      continue;
    Object.assign(instance, wanted);
    changed += 1;
  }
  return changed;
}
