import type { Attempt } from '../../simulated-aws/services/lambda/simulated-function.ts';
import type { InProcessDeployment } from '../simulation/deployment.ts';
import { CallCounter } from './call-counter.ts';

/** What happened between two moments. */
export interface Recorded {
  readonly ms: number;
  readonly runs: number;
  readonly failedRuns: number;
  /** Of all runs. */
  readonly billedMs: number;
  readonly gigabyteSeconds: number;
  /** Runs that the schedule began. */
  readonly ticks: number;
  readonly calls: CallCounter;
  readonly logBytes: number;
  /** By how much the bucket grew, with all versions. */
  readonly storedBytes: number;
  /** Messages that SNS delivered, and the e-mails among them. */
  readonly deliveries: number;
  readonly mails: number;
  readonly deadLetters: number;
}

/** Records what happens in a deployment's account until `stop`. */
export class Recording {
  readonly #calls: CallCounter;
  readonly #before: ReturnType<Recording['look']>;

  constructor(private readonly deployment: InProcessDeployment) {
    const { endpoint, account, outputs } = deployment;
    const calls = new CallCounter(account.functions.get(outputs.FunctionName).region);
    endpoint.onCall = (call, phase) => {
      if (phase === 'before') calls.take(call);
    };
    this.#calls = calls;
    this.#before = this.look();
  }

  /** @throws Error for a call without a price, or that the account does not play. */
  stop(): Recorded {
    const { account, endpoint, outputs } = this.deployment;
    delete endpoint.onCall;
    this.deployment.refuseDefects();
    const [before, after] = [this.#before, this.look()];
    const { memoryMb } = account.functions.get(outputs.FunctionName);
    const attempts = account.functions.attempts.slice(before.attempts);
    const invocations = account.functions.invocations.slice(before.invocations);
    const deliveries = account.sns.deliveries.slice(before.deliveries);
    return {
      ms: after.now - before.now,
      runs: attempts.length,
      failedRuns: attempts.filter(({ error }) => error !== undefined).length,
      billedMs: after.used.billedMs - before.used.billedMs,
      gigabyteSeconds: after.used.gigabyteSeconds - before.used.gigabyteSeconds,
      ticks: invocations.filter(({ event }) => isTick(event)).length,
      calls: this.#calls,
      logBytes: attempts.reduce((sum, attempt) => sum + logBytesOf(attempt, memoryMb), 0),
      storedBytes: after.storedBytes - before.storedBytes,
      deliveries: deliveries.length,
      mails: deliveries.filter(({ protocol }) => protocol === 'email').length,
      deadLetters: after.deadLetters - before.deadLetters,
    };
  }

  private look() {
    const { account, outputs } = this.deployment;
    const { functions, sns, sqs, timeline } = account;
    const queue = functions.get(outputs.FunctionName).deadLetterArn;
    const dead = queue === undefined ? undefined : sqs.find(queue);
    return {
      now: timeline.now(),
      attempts: functions.attempts.length,
      invocations: functions.invocations.length,
      used: functions.used,
      deliveries: sns.deliveries.length,
      deadLetters: dead ? sqs.visible(dead).length : 0,
      storedBytes: storedBytes(this.deployment),
    };
  }
}

const isTick = (event: unknown): boolean => (event as { readonly action?: string }).action === 'tick';

function storedBytes({ account, outputs }: InProcessDeployment): number {
  let bytes = 0;
  for (const key of account.s3.require(outputs.JournalBucketName).objects.keys())
    for (const { body } of account.s3.versionsOf(outputs.JournalBucketName, key)) bytes += body.length;
  return bytes;
}

/** Assumption: an event is billed with what PutLogEvents counts for it beside the message (API_PutLogEvents). */
const EVENT_BYTES = 26;
/** Before each line of the Node.js runtime: time, request id, level (Lambda developer guide, "Log and monitor Node.js"). */
const prefix = (requestId: string) => `2026-01-01T00:00:00.000Z\t${requestId}\tERROR\t`;

/** Bytes that CloudWatch Logs takes in for a run: what the function logs, and the lines that Lambda adds. */
export function logBytesOf({ requestId, billedMs, log }: Attempt, memoryMb: number): number {
  const runtime = `nodejs:24.v1\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:${'0'.repeat(64)}`;
  const lines = [
    `INIT_START Runtime Version: ${runtime}\n`,
    `START RequestId: ${requestId} Version: $LATEST\n`,
    ...log.map((line) => `${prefix(requestId)}${line}\n`),
    `END RequestId: ${requestId}\n`,
    `REPORT RequestId: ${requestId}\tDuration: ${billedMs}.00 ms\tBilled Duration: ${billedMs} ms\t` +
      `Memory Size: ${memoryMb} MB\tMax Memory Used: ${memoryMb} MB\tInit Duration: 400.00 ms\t\n`,
  ];
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + EVENT_BYTES, 0);
}
