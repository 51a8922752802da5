import type { SettingsInput } from '../../../lambda/core/settings.ts';
import type { Incident } from '../../incidents/schema.ts';
import { type Stage, startStage } from '../../stage.ts';
import { OWNERS_ADDRESS } from '../mailbox.ts';
import type { Course } from '../measures.ts';
import { isIntruders } from '../observer.ts';
import { Scene } from '../scene.ts';
import { dollars, duration } from '../wording.ts';
import { type Defence, SEED } from './defence.ts';
import { FASTER_SIGNALS, type Signal } from './signals.ts';

const MINUTE_MS = 60_000;
/** IAM takes a few seconds until a change holds. */
const PROPAGATED_MS = 5_000;
const ONLY_READS = /^(Describe|Get|List|Head)/;

/** The real stack in the simulated account, with the budget alarm and these signals. */
async function playStack(name: string, incident: Incident, signals: readonly Signal[]): Promise<Course> {
  const settings: SettingsInput = {
    email: OWNERS_ADDRESS,
    monthlyBudgetUsd: incident.budgetUsd,
    allow: { users: [...incident.owner.users] },
  };
  const stage = await startStage({
    settings: Object.assign({}, settings, ...signals.map((signal) => signal.settings)) as SettingsInput,
    account: { startsAt: incident.startsAt, seed: SEED },
    endpoint: { keepCalls: 0 },
  });
  try {
    const scene = new Scene(stage.account, incident);
    scene.onceBudgetsSeesIt(() => {});
    const work = watch(stage, scene);
    await stage.conductor.runTo(scene.endsAt);
    stage.refuseDefects();
    scene.remarks.push(...afterwards(stage, scene, work.doneAt));
    return scene.course(name);
  } finally {
    await stage.stop();
  }
}

/** @returns when all runs of the function that the first alarm led to were over, once they are. */
function watch({ account, endpoint }: Stage, scene: Scene): { readonly doneAt?: number } {
  const work: { doneAt?: number } = {};
  const { functions, timeline } = account;
  endpoint.onCall = ({ operation }, phase) => {
    if (phase === 'before' || ONLY_READS.test(operation)) return;
    scene.observer.look();
    timeline.after(PROPAGATED_MS, () => scene.observer.look());
  };
  const cancel = timeline.every(MINUTE_MS, () => {
    const { invocations } = functions;
    const [first] = invocations;
    if (!first) return;
    if (!scene.observer.marked('acted')) scene.observer.mark('acted', first.queuedAt);
    const isOver = ({ attempts, running, givenUp }: (typeof invocations)[number]) =>
      running === undefined && (givenUp !== undefined || attempts.some(({ error }) => !error));
    if (!invocations.every(isOver)) return;
    cancel();
    work.doneAt = timeline.now();
    scene.remarks.push(...leftBehind(scene), ...failures(errorsOf(functions)));
  });
  return work;
}

const errorsOf = (functions: Stage['account']['functions']) =>
  functions.attempts.flatMap(({ error }) => (error ? [`${error.errorType}: ${error.errorMessage}`] : []));

const failures = (errors: readonly string[]): string[] =>
  errors.length === 0 ? [] : [`Runs of the function failed: ${[...new Set(errors)].join('; ')}`];

/** What the stack did not reach, as the account itself shows it when the function has done its work. */
function leftBehind({ account, intruder }: Scene): string[] {
  const remarks: string[] = [];
  for (const service of ['EC2', 'Fargate']) {
    const rate = account.ledger.usdPerHour((post) => isIntruders(post) && post.service === service);
    if (rate > 0)
      remarks.push(
        `When the function was done, ${dollars(rate)} an hour of the intruder’s ${service} went on${service === 'Fargate' ? ': ECS is not reached yet' : ''}.`,
      );
  }
  const kinds = new Set(intruder?.credentials.working().map(({ kind }) => kind));
  if (kinds.has('root')) remarks.push('The intruder was still root, whom no API can lock out.');
  if (kinds.has('role')) remarks.push('A role’s session still worked: roles are not reached yet.');
  if (kinds.has('key') || kinds.has('session'))
    remarks.push('A key or session token of a user still worked when the function was done.');
  return remarks;
}

/** What the intruder still did then, and whether anything woke the function again. */
function afterwards({ account }: Stage, { intruder }: Scene, doneAt: number | undefined): string[] {
  if (!intruder || doneAt === undefined) return [];
  const deeds = intruder.deeds.filter(({ at, by }) => at > doneAt && by !== undefined);
  const [first] = deeds;
  if (!first) return [];
  const again = account.functions.invocations.filter(({ queuedAt }) => queuedAt > doneAt).length;
  const alarms =
    again === 0 ? 'no alarm woke the function again' : `the function was woken ${times(again)} more`;
  const more = deeds.length > 1 ? `, and acted ${times(deeds.length - 1)} more` : '';
  return [`${duration((first.at - doneAt) / MINUTE_MS)} later the intruder ${first.what}${more}; ${alarms}.`];
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

export const stack: Defence = {
  name: 'stack',
  label: 'this stack, budget alarm alone',
  labelJa: '本ツール(予算アラームのみ)',
  about:
    'The real template and the real bundle, woken by the budget alarm and by nothing else. What it does not reach is cleaned up by hand, by the owner who reads his e-mail 24 hours later.',
  play: (incident) => playStack('stack', incident, []),
};

export const stackWithAllSignals: Defence = {
  name: 'stack-all-signals',
  label: 'this stack, all its signals',
  labelJa: '本ツール(全シグナル)',
  about:
    FASTER_SIGNALS.length === 0
      ? 'As above: no faster signal built yet. The figures are from a run of its own.'
      : `The same with ${FASTER_SIGNALS.map(({ name }) => name).join(', ')}.`,
  play: async (incident) => {
    const course = await playStack('stack-all-signals', incident, FASTER_SIGNALS);
    const sameAsAbove = 'As above: no faster signal built yet.';
    return FASTER_SIGNALS.length > 0 ? course : { ...course, remarks: [...course.remarks, sameAsAbove] };
  },
};
