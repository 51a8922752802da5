import { type CallCount, callsFor, LISTED, PER_CALL, passesOver, sum } from '../measuring/call-counts.ts';

/** What an unprotected account holds, as far as it decides how many calls a containment needs. */
export interface Workload {
  /** Running machines by region; regions without any are there too, since they have to be looked at. */
  readonly instances: ReadonlyMap<string, number>;
  readonly users: number;
  /** Users that hold at least one active key, each of whom is denied. */
  readonly usersWithKeys: number;
  readonly activeKeys: number;
}

/**
 * The least number of calls with which this account can be contained and proven clean: every kind listed once in
 * each pass and scope, in the largest pages there are, bulk calls where the API has them, one call a user or key
 * where it has none. Access keys are listed only user by user (IAM has no bulk call for them).
 */
export function leastCalls(account: Workload, journal: 'folder' | 'bucket'): CallCount[] {
  const machines = [...account.instances.values()];
  const regionPasses = sum(machines.map((count) => passesOver(count > 0)));
  const iamPasses = passesOver(account.activeKeys > 0);
  const inEveryRun: CallCount[] = [
    { what: 'who we are (GetCallerIdentity), which regions (DescribeRegions)', calls: 2 },
    {
      what: `${LISTED.length} kinds listed per region and pass (${LISTED.map(({ title }) => title).join(', ')})`,
      calls: LISTED.length * regionPasses,
    },
    { what: `bulk stops, ${PER_CALL} ids each`, calls: sum(machines.map(callsFor)) },
    { what: 'users, root keys per pass', calls: iamPasses * (Math.max(1, callsFor(account.users)) + 1) },
    { what: 'keys per user and pass', calls: iamPasses * account.users },
    { what: 'one deny per user with an active key', calls: account.usersWithKeys },
    { what: 'one update per active key', calls: account.activeKeys },
    { what: 'where the money went (Cost Explorer)', calls: 1 },
  ];
  if (journal === 'folder') return inEveryRun;
  const batches = machines.filter((count) => count > 0).length + (account.activeKeys > 0 ? 1 : 0);
  return [
    ...inEveryRun,
    { what: 'the budget', calls: 1 },
    { what: 'one journal record per scope that is acted on', calls: batches },
    { what: 'the incident: its mark read, claimed and written, the run added to it', calls: 4 },
    { what: 'report and mail kept, mail sent', calls: 3 },
  ];
}
