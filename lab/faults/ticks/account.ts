import { DEFAULT_REGIONS } from '../../../lambda/core/regions.ts';
import type { SettingsInput } from '../../../lambda/core/settings.ts';
import { freshMemory, MEMORY_KEY, memoryDocument } from '../../../lambda/core/tripwire/memory.ts';
import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { INTRUDER } from '../../intruder/holdings.ts';
import { HOME, OPTED_IN, OWNER } from '../account/planted.ts';

const DAY_MS = 24 * 3_600_000;
export const FAR = 'eu-west-1';
const CHEAP = 't3.micro';
/** Three of them exhaust what is left of the budget within four hours. */
const EXPENSIVE = 'c5.24xlarge';
export const LEAKED = 'ci-deploy';
const QUARANTINE = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4';

export const SETTINGS: SettingsInput = {
  email: 'owner@example.com',
  monthlyBudgetUsd: 50,
  unstoppable: 'terminate',
  allow: { users: [OWNER] },
};
export const SPENT_USD = 5;

/** What there is before anything happens: the owner's machines, and GuardDuty everywhere. @returns the owner's key. */
export function plantOwner({ ec2, iam, guardDuty, timeline }: SimulatedAccount) {
  iam.createUser(OWNER);
  const key = iam.createAccessKey(OWNER, timeline.now() - 90 * DAY_MS); // a new one is not spared by the user's name
  for (const name of [LEAKED, 'mallory']) {
    iam.createUser(name);
    iam.createAccessKey(name);
  }
  ec2.launch(HOME, { type: CHEAP, count: 2, launchedBy: OWNER });
  for (const region of DEFAULT_REGIONS) guardDuty.enable(region);
  return key;
}

/** The memory of a stack that is ten days old. @param checkedAgo ms since its last self-check */
export function plantMemory({ s3, timeline }: SimulatedAccount, bucket: string, checkedAgo: number): void {
  const now = timeline.now();
  const memory = {
    ...freshMemory(now - 10 * DAY_MS),
    samples: [{ at: now - 10 * DAY_MS, rates: { [HOME]: 0.0208 } }],
    checkedAt: now - checkedAgo,
    allWellAt: now - 5 * DAY_MS,
  };
  s3.put(bucket, MEMORY_KEY, Buffer.from(memoryDocument(memory)));
}

/** Small news, so that a quiet tick has something to ask: an instance type that is new, a finding of low severity. */
export function plantNews({ ec2, guardDuty }: SimulatedAccount): void {
  ec2.launch(HOME, { type: 't3.nano', count: 1, launchedBy: OWNER });
  for (const region of DEFAULT_REGIONS)
    if (region !== HOME) guardDuty.find(region, { Type: 'Recon:EC2/PortProbeUnprotectedPort', Severity: 2 });
}

/** Machines in other regions that exhaust the limit within hours, some of them protected, and a group that replaces some. */
export function plantAttack({ ec2, autoScaling }: SimulatedAccount): void {
  ec2.launch(FAR, { type: EXPENSIVE, count: 3, launchedBy: INTRUDER });
  ec2.launch(FAR, { type: CHEAP, count: 1, launchedBy: INTRUDER, disableApiStop: true });
  ec2.launch(OPTED_IN, { type: CHEAP, count: 1, launchedBy: INTRUDER, disableApiTermination: true });
  const sizes = { type: CHEAP, min: 1, max: 3, desired: 1 };
  autoScaling.createGroup('eu-north-1', { name: 'miners', launchedBy: INTRUDER, ...sizes });
}

/** More machines while an incident is open: too few for an alarm of their own. */
export function plantSecondWave({ ec2, iam }: SimulatedAccount): void {
  ec2.launch('sa-east-1', { type: CHEAP, count: 2, launchedBy: INTRUDER });
  ec2.launch(HOME, { type: CHEAP, count: 1, launchedBy: INTRUDER, disableApiStop: true });
  iam.createUser('helper');
  iam.createAccessKey('helper');
}

/** AWS has found the key in public, and attaches its quarantine policy. */
export const quarantine = ({ iam }: SimulatedAccount): void => iam.directory.attach(LEAKED, QUARANTINE);
