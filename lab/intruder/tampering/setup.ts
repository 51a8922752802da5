import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { IDLE_HOST } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import type { Timeline } from '../../../simulated-aws/time/timeline.ts';
import { deployToSimulation, type StackOutputs } from '../../simulation/killswitch-stack.ts';
import { type Administrator, administrator } from './session.ts';
import type { Target } from './tampering-act.ts';

/** By then the heartbeat's alarm, which goes off before the first tick, is over. */
const FIRST_ALARM_MS = 7 * 60_000;

/** A mail that an act led to. */
export interface Told {
  /** Seconds after the act. */
  readonly seconds: number;
  readonly text: string;
}

/** An account of its own with the deployed stack, in which the intruder has all rights. */
export interface TamperingSetup {
  readonly target: Target;
  readonly intruder: Administrator;
  /** Lets time pass. @returns what came to the owner's mailbox meanwhile. */
  wait(milliseconds: number): Promise<readonly Told[]>;
}

/** What the stack's outputs and its account say of its parts. */
export const targetOf = (account: SimulatedAccount, outputs: StackOutputs): Target => ({
  account,
  region: 'us-east-1',
  functionName: outputs.FunctionName,
  alarmTopic: outputs.AlarmTopicArn,
  reportTopic: outputs.ReportTopicArn,
  bucket: outputs.JournalBucketName,
});

/**
 * A new account for each act, so that no act hides another. The function runs no code here: the stack's rules alone tell
 * the owner. The alarm that each new stack raises before its first tick is over.
 * @param assembly the folder of the cloud assembly.
 */
export async function setUpTampering(
  assembly: string,
  startsAt: number,
  { trail = true }: { readonly trail?: boolean } = {},
): Promise<TamperingSetup> {
  const account = new SimulatedAccount({ startsAt, seed: 5 });
  const { timeline, functions, sns, cloudTrail } = account;
  functions.host = IDLE_HOST;
  const { outputs } = deployToSimulation(account, assembly);
  if (trail) cloudTrail.enableTrail();
  await pass(timeline, FIRST_ALARM_MS);
  const intruder = administrator(account, 'mallory');
  const wait = async (milliseconds: number) => {
    const [from, known] = [timeline.now(), sns.deliveries.length];
    await pass(timeline, milliseconds);
    return sns.deliveries
      .slice(known)
      .filter(({ protocol }) => protocol === 'email')
      .map(({ at, message: text }) => ({ seconds: (at - from) / 1_000, text }));
  };
  return { target: targetOf(account, outputs), intruder, wait };
}

/** Lets time pass, and lets what waits for it go on in between. */
async function pass(timeline: Timeline, milliseconds: number): Promise<void> {
  const end = timeline.now() + milliseconds;
  for (let next = timeline.next ?? end; next <= end; next = timeline.next ?? Number.POSITIVE_INFINITY) {
    timeline.advanceTo(next);
    await new Promise((resolve) => setImmediate(resolve));
  }
  timeline.advanceTo(end);
}
