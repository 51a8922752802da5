import { createHash } from 'node:crypto';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import type { FaultRule } from '../../simulated-aws/wire/fault-rules.ts';
import { callProblems, credentialProblems, ownerProblems, reportProblems } from './invariants.ts';
import { scenarioOf } from './scenario.ts';
import { type Ending, MINUTE_MS, SeedSetup } from './setup.ts';
import { notPutBack, type Snapshot, snapshotOf } from './snapshot.ts';

export interface SeedCaseResult {
  readonly seed: number;
  readonly runs: number;
  readonly calls: number;
  /** Every call in order, with its time, its place and its answer: the same for the same seed. */
  readonly transcript: string;
  readonly problems: readonly string[];
}

const TICK_MS = 5 * MINUTE_MS;
/** Faults last so long. Then the account must become clean within the remaining ticks. */
const FAULTS_MS = 8 * MINUTE_MS;
const MOST_RUNS = 16;

/** Plays the scenario of a seed to its end and judges it. It puts this process on virtual time until it ends. */
export async function playSeedCase(seed: number): Promise<SeedCaseResult> {
  const setup = new SeedSetup(scenarioOf(seed));
  try {
    const { problems, runs } = await play(setup);
    const { calls } = setup.endpoint;
    return {
      seed,
      runs,
      calls: calls.length,
      transcript: transcriptOf(calls),
      problems: [...new Set(problems)],
    };
  } finally {
    setup.stop();
  }
}

async function play(setup: SeedSetup): Promise<Pick<SeedCaseResult, 'problems' | 'runs'>> {
  const { intruder, secondIntruder, disabledByHand } = setup.scenario;
  await setup.wait(setup.scenario.firesAtMinute * MINUTE_MS);
  if (disabledByHand) {
    setup.disableLeakedKeys(intruder.user);
    await setup.wait(MINUTE_MS); // what IAM shows follows
  }
  const first = await playIncident(setup, rulesOf(setup));
  const all = [first];
  if (secondIntruder && first.problems.length === 0) {
    setup.strike(secondIntruder);
    await setup.wait(setup.scenario.firesAtMinute * MINUTE_MS);
    const second = await playIncident(setup, []);
    all.push(second);
    if (first.putBack && first.incidents.some((incident) => second.incidents.includes(incident)))
      second.problems.push('the second incident has the name of one that was put back');
  }
  const problems = all.flatMap((played) => played.problems);
  const runs = all.reduce((sum, played) => sum + played.runs, 0);
  return { runs, problems: [...problems, ...ownerProblems(setup), ...callProblems(setup)] };
}

interface PlayedIncident {
  readonly runs: number;
  readonly incidents: readonly string[];
  readonly putBack: boolean;
  readonly problems: string[];
}

/** Fires until the account is contained, with faults at first, and puts back what can be. */
async function playIncident(setup: SeedSetup, faults: readonly FaultRule[]): Promise<PlayedIncident> {
  const { scenario, endpoint, account } = setup;
  const problems: string[] = [];
  const before = snapshotOf(account);
  endpoint.rules.add(...faults);
  const faultsEndAt = setup.now + (faults.length > 0 ? FAULTS_MS : 0);
  const reports: Report[] = [];
  let isContained = false;
  let runs = 0;
  for (let tick = 0; tick < MOST_RUNS && !isContained; tick++) {
    if (setup.now >= faultsEndAt) endpoint.rules.clear();
    for (const ending of await fireAll(setup, tick)) {
      runs += 1;
      if ('thrown' in ending) problems.push(`a run threw ${ending.thrown.message}`);
      if (!('report' in ending)) continue;
      reports.push(ending.report);
      problems.push(...reportProblems(setup, ending.report, setup.now), ...ownerProblems(setup));
    }
    isContained =
      setup.now >= faultsEndAt && (reports.at(-1)?.clean ?? false) && reports.at(-1)?.actions.length === 0;
    if (!isContained) await setup.wait(TICK_MS);
  }
  endpoint.rules.clear();
  const incidents = [...new Set(reports.map(({ incident }) => incident))];
  const putBack = scenario.policy.mode === 'stop';
  const played = { runs, incidents, putBack, problems };
  const last = reports.at(-1);
  if (!last) return { ...played, problems: [...problems, 'no run ended with a report'] };
  if (!isContained && !isExcused(setup, last))
    problems.push(`not clean after ${MOST_RUNS} runs: ${mentions(last).join('; ') || 'nothing is named'}`);
  if (isContained) problems.push(...credentialProblems(setup));
  if (putBack) problems.push(...(await putBackAll(setup, incidents, before)));
  return played;
}

/** What does not come back, and is not in the log either. */
async function putBackAll(
  setup: SeedSetup,
  incidents: readonly string[],
  before: Snapshot,
): Promise<string[]> {
  for (const incident of incidents) await setup.putBack(incident);
  await setup.wait(2 * MINUTE_MS);
  const inLog = setup.log.join('\n');
  return (
    notPutBack(before, snapshotOf(setup.account))
      // The log names a group without its region.
      .filter(({ id }) => !inLog.includes(`"${id.split(' ').at(-1)}"`))
      .map(({ id, was, is }) => `not put back: ${id} was ${was}, is ${is}`)
  );
}

/** One run, or two at once; the first is killed where the scenario says so. */
async function fireAll(setup: SeedSetup, tick: number): Promise<Ending[]> {
  const { killPoints, twice } = setup.scenario;
  const first = setup.fire(killPoints[tick]);
  const all = twice && tick === 0 ? [first, setup.fire()] : [first];
  return setup.during(Promise.all(all));
}

function rulesOf({ scenario }: SeedSetup): FaultRule[] {
  const random = new Random(scenario.seed + 2);
  return scenario.faults.map(({ fault, probability, service, region, phase }) => ({
    fault,
    phase,
    when: (call: RecordedCall) =>
      (service === undefined || call.service === service) &&
      (region === undefined || call.region === region) &&
      random.chance(probability),
  }));
}

/** What the policy leaves: machines that cannot be stopped and must not be terminated, and tokens without a deny. */
function isExcused({ scenario, working }: SeedSetup, last: Report): boolean {
  const { quarantine, unstoppable } = scenario.policy;
  const isLeft = last.skips.some(({ code }) => code === 'unstoppable');
  return (unstoppable === 'report' && isLeft) || (quarantine === 'keys' && working.length > 0);
}

const mentions = ({ gaps, actions, skips }: Report): string[] => [
  ...gaps.map(({ kind, region, code }) => `gap ${kind} ${region} ${code}`),
  ...actions
    .filter(({ status }) => status === 'failed')
    .map(({ verb, id, error }) => `failed ${verb} ${id}: ${error}`),
  ...skips.filter(({ code }) => code === 'unstoppable').map(({ id, reason }) => `left ${id}: ${reason}`),
];

function transcriptOf(calls: readonly RecordedCall[]): string {
  const hash = createHash('sha256');
  for (const { startedAt, endedAt, service, region, operation, status, code, fault } of calls)
    hash.update(`${startedAt} ${endedAt} ${service} ${region} ${operation} ${status} ${code} ${fault}\n`);
  return hash.digest('hex').slice(0, 16);
}
