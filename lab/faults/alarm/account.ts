import type { SettingsInput } from '../../../lambda/core/settings.ts';
import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { AccessKeyCredentials } from '../../../simulated-aws/services/iam/user.ts';
import { INTRUDER } from '../../intruder/holdings.ts';
import { fillPolicySlots } from '../../intruder/persistence.ts';
import { HOME, type Mode, OPTED_IN, OWNER } from '../account/planted.ts';

const FAR = 'eu-north-1';
const TYPE = 't3.micro';
/** Above the first threshold and below the next: one alarm. */
const BUDGET_USD = 50;
export const SPENT_USD = 55;

/** Of the stack: nothing ticks before the alarm, and nothing is only reported, so that an undisturbed run ends clean. */
export const settingsFor = (mode: Mode): SettingsInput => ({
  email: 'owner@example.com',
  monthlyBudgetUsd: BUDGET_USD,
  mode,
  unstoppable: 'terminate',
  allow: { users: [OWNER] },
  tripwire: { enabled: false },
});

/**
 * A small account with one of everything that the engine treats in a way of its own. @returns the owner's key, which
 * is on the allowlist.
 */
export function plantAccount({ ec2, autoScaling, iam, timeline }: SimulatedAccount): AccessKeyCredentials {
  const launched = { type: TYPE, count: 1, launchedBy: INTRUDER };
  ec2.launch(HOME, { ...launched, count: 2 });
  ec2.launch(HOME, { ...launched, disableApiStop: true });
  ec2.launch(HOME, { ...launched, disableApiTermination: true });
  ec2.launch(OPTED_IN, { ...launched, disableApiStop: true, disableApiTermination: true });
  ec2.requestSpot(HOME, { ...launched, persistence: 'persistent' });
  ec2.requestSpot(HOME, { ...launched, persistence: 'one-time' });
  const sizes = { type: TYPE, min: 1, max: 3, desired: 2 };
  autoScaling.createGroup(HOME, { name: 'web', launchedBy: OWNER, ...sizes });
  autoScaling.createGroup(FAR, { name: 'miners', launchedBy: INTRUDER, ...sizes });
  const monthsAgo = timeline.now() - 90 * 24 * 3_600_000;
  const own = withKey(OWNER, monthsAgo); // a new key is not spared by the user's name
  for (const name of ['ci-deploy', 'mallory', 'full', 'bounded', 'cornered']) withKey(name);
  iam.createAccessKey('mallory');
  fillPolicySlots(iam, ['full', 'cornered']);
  for (const name of ['bounded', 'cornered'])
    iam.directory.bound(name, 'arn:aws:iam::aws:policy/ReadOnlyAccess');
  return own;

  function withKey(name: string, createdAt?: number): AccessKeyCredentials {
    iam.createUser(name);
    return iam.createAccessKey(name, createdAt);
  }
}
