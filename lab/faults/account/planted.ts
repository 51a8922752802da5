import type { LatencyModel } from '../../../simulated-aws/wire/latency.ts';

/** What the stack does to machines. */
export type Mode = 'stop' | 'terminate';

export const OWNER = 'owner';
export const HOME = 'us-east-1';
/** The account has it only because somebody opted in: without DescribeRegions nothing is looked for there. */
export const OPTED_IN = 'eu-south-1';

/** Two distances, in ms: calls to many regions arrive together, which leaves fewer moments of time to wait for. */
export const nearOrFar: LatencyModel = (region) => (region === HOME ? 50 : 200);
