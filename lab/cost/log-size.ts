import type { Attempt } from '../../simulated-aws/services/lambda/simulated-function.ts';

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
