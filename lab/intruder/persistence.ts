import type { Ec2 } from '../../simulated-aws/services/ec2/ec2.ts';
import type { Iam } from '../../simulated-aws/services/iam/iam.ts';
import { INTRUDER } from './holdings.ts';

/** Harmless policies of AWS that fill slots. */
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

/** Fills every slot for managed policies of these users, so that none is left for a deny. */
export function fillPolicySlots(iam: Iam, users: Iterable<string>): void {
  for (const name of users) {
    const attached = iam.directory.find(name)?.attachedPolicies;
    if (!attached) continue;
    const free = FILLERS.filter((arn) => !attached.includes(arn)).slice(0, SLOTS - attached.length);
    for (const arn of free) iam.attachUserPolicy(name, arn);
  }
}

/** Protects the intruder's running machines again where they lost their protection. @returns how many. */
export function protectAgain(ec2: Ec2, protect: readonly ('termination' | 'stop')[]): number {
  let changed = 0;
  for (const instance of protect.length === 0 ? [] : ec2.instances()) {
    const isIntruders = instance.launchedBy === INTRUDER && instance.state === 'running';
    // Spot machines cannot be protected.
    if (!isIntruders || instance.lifecycle === 'spot') continue;
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
