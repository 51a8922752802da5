import type { SettingsInput } from '../../../lambda/core/settings.ts';
import type { SimulatedAccount } from '../../../simulated-aws/account.ts';
import type { AccessKeyCredentials } from '../../../simulated-aws/services/iam/user.ts';
import type { LatencyModel } from '../../../simulated-aws/wire/latency.ts';
import { INTRUDER } from '../../intruder/holdings.ts';
import { fillPolicySlots } from '../../intruder/persistence.ts';

export type Mode = 'stop' | 'terminate';

export const OWNER = 'owner';
export const HOME = 'us-east-1';
/** The account has it only because somebody opted in: nobody looks there who cannot ask for it. */
export const OPTED_IN = 'eu-south-1';
const FAR = 'eu-north-1';
const TYPE = 't3.micro';
/** Over the first threshold, and under the next: one alarm. */
const BUDGET_USD = 50;
export const SPENT_USD = 55;

/** Two distances, ms: calls to many regions arrive together, so that fewer moments of time have to be waited for. */
export const nearOrFar: LatencyModel = (region) => (region === HOME ? 50 : 200);

/** Of the stack: no tick is there before the alarm, and nothing is only reported, so that an undisturbed run ends clean. */
export const settingsFor = (mode: Mode): SettingsInput => ({
  email: 'owner@example.com',
  monthlyBudgetUsd: BUDGET_USD,
  mode,
  unstoppable: 'terminate',
  allow: { users: [OWNER] },
  tripwire: { enabled: false },
});

/**
 * A small account with one of everything that the engine treats in a way of its own. Returns the owner's key, which
 * is on the allowlist.
 */
export function plantAccount({ ec2, autoScaling, iam }: SimulatedAccount): AccessKeyCredentials {
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
  const own = withKey(OWNER);
  for (const name of ['ci-deploy', 'mallory', 'full', 'bounded', 'cornered']) withKey(name);
  iam.createAccessKey('mallory');
  fillPolicySlots(iam, ['full', 'cornered']);
  for (const name of ['bounded', 'cornered'])
    iam.directory.bound(name, 'arn:aws:iam::aws:policy/ReadOnlyAccess');
  return own;

  function withKey(name: string): AccessKeyCredentials {
    iam.createUser(name);
    return iam.createAccessKey(name);
  }
}
