import { WHOLE_BATCH } from '../../lambda/kinds/ec2-instance/limits.ts';
import { type CallCount, callsFor, LISTED, PER_CALL, passesOver, sum } from '../measuring/call-counts.ts';
import { KEYS_EACH, machinesByRegion, type Workload } from './workload.ts';

/** How much is put into one call. */
export interface Grain {
  readonly stopsPerCall: number;
  readonly liftsPerRecord: number;
  /** Users whose keys are in one record of the journal. */
  readonly usersPerRecord: number;
}

/** As much as the APIs take. Most machines then wait for the last of their thousand. */
export const COARSEST: Grain = {
  stopsPerCall: PER_CALL,
  liftsPerRecord: PER_CALL,
  usersPerRecord: PER_CALL,
};
/**
 * Batches in which little waits for the rest: stops whose tokens come back within 1.25 s, ten lifted machines, and one
 * user as soon as the user's keys are known (docs/adr/0004-pacing.md).
 */
export const PROMPT: Grain = { stopsPerCall: WHOLE_BATCH, liftsPerRecord: 10, usersPerRecord: 1 };

/** Pages beyond the first of each look, where every run stops an equal share of the machines. */
const furtherPagesOf = (machines: number, runs: number): number =>
  sum(
    Array.from({ length: runs }, (_, before) =>
      Math.max(0, callsFor((machines * (runs - before)) / runs) - 1),
    ),
  );

/**
 * The least number of calls that contain this account and prove it clean, in that many runs of the function. Every run
 * asks who it is, looks at each scope once, and reports what it did. Only the last run looks until it is sure. No call is
 * throttled, and no run looks again while it waits for tokens.
 */
export function leastCalls(workload: Workload, runs: number, grain: Grain): CallCount[] {
  const { users, isProtected } = workload;
  const regions = [...machinesByRegion(workload).values()];
  const inBatches = (each: number) => sum(regions.map((count) => Math.ceil(count / each)));
  const machines = sum(regions);
  const furtherPages = sum(regions.map((count) => furtherPagesOf(count, runs)));
  const looks = sum(regions.map((count) => passesOver(count > 0))) + (runs - 1) * regions.length;
  const iamLooks = passesOver(users > 0) + runs - 1;
  const lifting: CallCount[] = [
    {
      what: 'a stop refused for each batch, which says that it is protected',
      calls: inBatches(grain.stopsPerCall),
    },
    { what: 'one look at the protection of each machine', calls: machines },
    { what: 'one lift of it', calls: machines },
    { what: 'records of protections', calls: inBatches(grain.liftsPerRecord) },
    { what: 'stops of what was lifted', calls: inBatches(grain.liftsPerRecord) },
  ];
  return [
    { what: 'who we are, which regions', calls: 2 * runs },
    { what: 'each kind listed per region and look', calls: LISTED.length * looks + furtherPages },
    { what: 'records of machines, one a page', calls: sum(regions.map(callsFor)) },
    ...(isProtected ? lifting : [{ what: 'bulk stops', calls: inBatches(grain.stopsPerCall) }]),
    { what: 'users and root keys per look', calls: iamLooks * (Math.max(1, callsFor(users)) + 1) },
    { what: 'keys per user and look', calls: iamLooks * users },
    { what: 'records of keys', calls: Math.ceil(users / grain.usersPerRecord) },
    { what: 'one deny a user, one update a key', calls: users + users * KEYS_EACH },
    {
      what: 'the incident: its mark read, the run noted; claimed and marked by the first',
      calls: 2 * runs + 2,
    },
    { what: 'spend, report and mail kept, mail sent', calls: 4 * runs },
  ];
}
