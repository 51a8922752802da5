import type { StackOutputs } from '../../testbed/deploy.ts';
import { SimulatedAccount } from '../account/account.ts';
import { deployToSimulation } from '../deploy/deploy.ts';
import { IDLE_HOST } from '../lambda/simulated-function.ts';
import type { Target } from './acts.ts';
import { type Administrator, administrator } from './session.ts';

/** By then the heartbeat's alarm, which rings before a first tick, has been told. */
const FIRST_ALARM_MS = 2 * 60_000;

/** What an act led to. */
export interface Told {
  /** Seconds after it. */
  readonly seconds: number;
  readonly text: string;
}

/** An account of its own, in which the stack is deployed, a trail logs, and somebody has all rights. */
export interface TamperingScene {
  readonly target: Target;
  readonly intruder: Administrator;
  /** Lets so much time pass, in ms. @returns what came to the owner's mailbox meanwhile. */
  wait(milliseconds: number): readonly Told[];
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
export function tamperingScene(assembly: string, startsAt: number): TamperingScene {
  const account = new SimulatedAccount({ startsAt, seed: 5 });
  const { timeline, functions, sns, cloudTrail } = account;
  functions.host = IDLE_HOST;
  const { outputs } = deployToSimulation(account, assembly);
  cloudTrail.enableTrail();
  timeline.advanceTo(startsAt + FIRST_ALARM_MS);
  const intruder = administrator(account, 'mallory');
  const wait = (milliseconds: number) => {
    const [from, known] = [timeline.now(), sns.deliveries.length];
    timeline.advanceTo(from + milliseconds);
    return sns.deliveries
      .slice(known)
      .filter(({ protocol }) => protocol === 'email')
      .map(({ at, message: text }) => ({ seconds: (at - from) / 1_000, text }));
  };
  return { target: targetOf(account, outputs), intruder, wait };
}
