import { SimulatedAccount } from '../../../simulated-aws/account.ts';
import { IDLE_HOST } from '../../../simulated-aws/services/lambda/simulated-function.ts';
import type { Timeline } from '../../../simulated-aws/time/timeline.ts';
import { deployToSimulation, type StackOutputs } from '../../simulation/killswitch-stack.ts';
import type { Target } from './acts.ts';
import { type Administrator, administrator } from './session.ts';

/** By then the heartbeat's alarm, which rings before a first tick, is over. */
const FIRST_ALARM_MS = 7 * 60_000;

/** What an act led to. */
export interface Told {
  /** Seconds after it. */
  readonly seconds: number;
  readonly text: string;
}

/** An account of its own, in which the stack is deployed and somebody has all rights. */
export interface TamperingScene {
  readonly target: Target;
  readonly intruder: Administrator;
  /** Lets so much time pass, in ms. @returns what came to the owner's mailbox meanwhile. */
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
 * Made anew for each act, so that none hides another. The function has nothing to do here: rules tell the owner
 * without any code of ours. The alarm that each new stack raises before its first tick is over.
 * @param assembly the folder of the cloud assembly.
 */
export async function tamperingScene(
  assembly: string,
  startsAt: number,
  { trail = true }: { readonly trail?: boolean } = {},
): Promise<TamperingScene> {
  const account = new SimulatedAccount({ startsAt, seed: 5 });
  const { timeline, functions, sns, cloudTrail } = account;
  functions.host = IDLE_HOST;
  const { outputs } = deployToSimulation(account, assembly);
  if (trail) cloudTrail.enableTrail();
  await live(timeline, FIRST_ALARM_MS);
  const intruder = administrator(account, 'mallory');
  const wait = async (milliseconds: number) => {
    const [from, known] = [timeline.now(), sns.deliveries.length];
    await live(timeline, milliseconds);
    return sns.deliveries
      .slice(known)
      .filter(({ protocol }) => protocol === 'email')
      .map(({ at, message: text }) => ({ seconds: (at - from) / 1_000, text }));
  };
  return { target: targetOf(account, outputs), intruder, wait };
}

/** Time passes, and what waits for it goes on in between. */
async function live(timeline: Timeline, milliseconds: number): Promise<void> {
  const end = timeline.now() + milliseconds;
  for (let next = timeline.next ?? end; next <= end; next = timeline.next ?? Number.POSITIVE_INFINITY) {
    timeline.advanceTo(next);
    await new Promise((resolve) => setImmediate(resolve));
  }
  timeline.advanceTo(end);
}
