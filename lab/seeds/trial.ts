import { createHash } from 'node:crypto';
import type { Report } from '../../lambda/core/report/report-document.ts';
import { Random } from '../../simulated-aws/core/random.ts';
import type { RecordedCall } from '../../simulated-aws/core/service.ts';
import type { FaultRule } from '../../simulated-aws/wire/fault-rules.ts';
import { callProblems, ownerProblems, reportProblems } from './invariants.ts';
import { scenarioOf } from './scenario.ts';
import { notPutBack, snapshotOf } from './snapshot.ts';
import { type Ending, MINUTE_MS, SeedStage } from './stage.ts';

export interface TrialResult {
  readonly seed: number;
  readonly runs: number;
  readonly calls: number;
  /** Every call in order, with its time, its place and its answer: the same for the same seed. */
  readonly transcript: string;
  readonly problems: readonly string[];
}

const TICK_MS = 5 * MINUTE_MS;
/** Bad weather lasts so long; after it the account must become clean within the ticks that are left. */
const WEATHER_MS = 8 * MINUTE_MS;
const MOST_RUNS = 16;

/** Plays the scenario of a seed to its end and judges it. Needs a process of its own: it takes its clock away. */
export async function trial(seed: number): Promise<TrialResult> {
  const stage = new SeedStage(scenarioOf(seed));
  try {
    const { problems, runs } = await play(stage);
    const { calls } = stage.endpoint;
    return {
      seed,
      runs,
      calls: calls.length,
      transcript: transcriptOf(calls),
      problems: [...new Set(problems)],
    };
  } finally {
    stage.stop();
  }
}

async function play(stage: SeedStage): Promise<Pick<TrialResult, 'problems' | 'runs'>> {
  const { scenario, endpoint, account } = stage;
  const problems: string[] = [];
  await stage.wait(scenario.firesAtMinute * MINUTE_MS);
  const before = snapshotOf(account);
  endpoint.rules.add(...rulesOf(stage));
  const clearsAt = stage.now + (scenario.weather.length > 0 ? WEATHER_MS : 0);
  const reports: Report[] = [];
  let isCalm = false;
  let runs = 0;
  for (let tick = 0; tick < MOST_RUNS && !isCalm; tick++) {
    if (stage.now >= clearsAt) endpoint.rules.clear();
    for (const ending of await fireAll(stage, tick)) {
      runs += 1;
      if ('thrown' in ending) problems.push(`a run threw ${ending.thrown.message}`);
      if (!('report' in ending)) continue;
      reports.push(ending.report);
      problems.push(...reportProblems(stage, ending.report, stage.now), ...ownerProblems(stage));
    }
    isCalm =
      stage.now >= clearsAt && (reports.at(-1)?.clean ?? false) && reports.at(-1)?.actions.length === 0;
    if (!isCalm) await stage.wait(TICK_MS);
  }
  endpoint.rules.clear();
  const last = reports.at(-1);
  if (!last) return { runs, problems: [...problems, 'no run ended with a report'] };
  if (!isCalm && !isExcused(stage, last))
    problems.push(`not clean after ${MOST_RUNS} runs: ${mentions(last).join('; ') || 'nothing is named'}`);
  if (scenario.policy.mode === 'stop') {
    for (const incident of new Set(reports.map((report) => report.incident))) await stage.putBack(incident);
    await stage.wait(2 * MINUTE_MS);
    const inLog = stage.log.join('\n');
    const lost = notPutBack(before, snapshotOf(account)).filter(
      // A group's place is not in its name.
      ({ id }) => !inLog.includes(`"${id.split(' ').at(-1)}"`),
    );
    problems.push(...lost.map(({ id, was, is }) => `not put back: ${id} was ${was}, is ${is}`));
  }
  return { runs, problems: [...problems, ...ownerProblems(stage), ...callProblems(stage)] };
}

/** One run, or two at once; one that is to die dies. */
async function fireAll(stage: SeedStage, tick: number): Promise<Ending[]> {
  const { deaths, twice } = stage.scenario;
  const first = stage.fire(deaths[tick]);
  const all = twice && tick === 0 ? [first, stage.fire()] : [first];
  return stage.during(Promise.all(all));
}

function rulesOf({ scenario }: SeedStage): FaultRule[] {
  const random = new Random(scenario.seed + 2);
  return scenario.weather.map(({ fault, probability, service, region, phase }) => ({
    fault,
    phase,
    when: (call: RecordedCall) =>
      (service === undefined || call.service === service) &&
      (region === undefined || call.region === region) &&
      random.chance(probability),
  }));
}

/** Machines that cannot be stopped and must not be terminated stay, and are named; so do tokens without a deny. */
function isExcused({ scenario, intruderHasCredentials }: SeedStage, last: Report): boolean {
  const { quarantine, unstoppable } = scenario.policy;
  const isLeft = last.skips.some(({ code }) => code === 'unstoppable');
  return (unstoppable === 'report' && isLeft) || (quarantine === 'keys' && intruderHasCredentials);
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
