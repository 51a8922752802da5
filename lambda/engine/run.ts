import { containAccount } from '../contain/account.ts';
import type { Clearance } from '../contain/clearance.ts';
import { notExamined } from '../core/policy/coverage.ts';
import { newSince } from '../core/policy/exemption.ts';
import type { Caller } from '../core/policy/policy.ts';
import type { Report, Spend } from '../core/report/report-document.ts';
import { decide, type Verdict } from '../core/verdict/decide.ts';
import type { Trigger } from '../core/verdict/trigger.ts';
import { type Kind, loadKinds } from '../kinds/kind.ts';
import { closureOf, type FoundMark, markWithin, membershipOf } from '../shell/journal/incident.ts';
import { Journal } from '../shell/journal/journal.ts';
import type { Known } from '../shell/journal/known.ts';
import { identityInTheEnd } from '../shell/sources/identity.ts';
import { scopesFor } from '../shell/sources/regions.ts';
import type { Deps } from './deps.ts';

/**
 * One run: trigger → decide → contain → report → notify. Discovery starts at once in every scope; changes
 * wait until the verdict and the caller are known. Scopes never wait for each other.
 * @param given the verdict, where the caller has decided already: a tick.
 * @param isRepeated the owner knows that the tripwire fired for this: a run that changes nothing sends no
 *   report.
 * @throws InputError for bad credentials or regions, and an error when every notification failed.
 */
export async function run(
  deps: Deps,
  trigger: Trigger,
  given?: Verdict,
  isRepeated = false,
): Promise<Report> {
  const { clients, clock, policy } = deps;
  const startedAt = clock.now();
  const identity = deps.identity();
  const runId = trigger.source === 'invoke' || trigger.source === 'control' ? trigger.id : deps.newRun();
  const found = markWithin(deps.store, clock);
  const judged = given
    ? found.then((mark): Judged => ({ verdict: given, found: mark }))
    : judge(deps, trigger, found, startedAt);
  const scopes = scopesFor(policy, clients);
  const clearance = Promise.all([judged, identity, deps.store, scopes.checked]).then(
    ([{ verdict: decided, found: read }, { caller, inTheEnd }, store]): Clearance => {
      const { mark } = read;
      const only = policy.exposed ? { only: 'keys' as const } : {};
      // Marks are in AWS's time: a kind compares it with what AWS says of a resource, and other runs with theirs.
      const membership = { ...membershipOf(mark, runId, startedAt + clients.aheadMs), ...only };
      const journal = new Journal(store, runId, trigger.id, membership, mark, clock, deps.log);
      const act = decided.level === 'fire' && !policy.dryRun;
      const standsBy = trigger.source === 'budget' || isTick(trigger);
      const holds = isTick(trigger) && (membership.joined || isRepeated);
      const incidentOpenedAt = membership.openedAt;
      const newSinceThen = () => newSince(incidentOpenedAt, startedAt + clients.aheadMs);
      const known = { act, incidentOpenedAt, newSince: newSinceThen, journal, standsBy, holds };
      const late = inTheEnd?.then((end) => withAccount(end.caller, deps));
      return { ...known, caller: withAccount(caller, deps), ...(late ? { callerInTheEnd: late } : {}) };
    },
  );
  const { firstLook, reports } = containAccount(deps, scopes, clearance);
  const spend = askSpend(deps, clearance, firstLook);
  await Promise.allSettled([reports, spend]); // nothing may still run when the clearance is refused
  const { act, journal, holds } = await clearance;
  const { caller, gap: unidentified } = await identityInTheEnd(identity);
  const hasActed = (await reports).some(({ outcomes }) => outcomes.some(({ status }) => status === 'done'));
  // There may be such a run each minute for a day: one that changes nothing writes and sends nothing.
  const isSilent = holds && !hasActed;
  if (!isSilent) await journal.finish(act);

  const kinds = await loadKinds(deps.kinds);
  const draft = {
    incident: journal.incident,
    run: runId,
    account: caller.account ?? deps.budget?.account ?? 'unknown',
    caller: caller.arn ?? 'unknown',
    mode: policy.dryRun ? ('dry-run' as const) : policy.mode,
    acted: act,
    ...(policy.exposed ? { only: 'keys' as const } : {}),
    named: policy.named ?? [],
    trigger,
    verdict: (await judged).verdict,
    spend: await spend,
    examined: kinds.filter((kind) => kind.discover).map((kind) => kind.title),
    notExamined: notExamined(policy, kinds),
    kinds,
    ...(deps.commandFlags ? { commandFlags: deps.commandFlags } : {}),
    startedAt,
    scopes: await reports,
    narrowed: { onlyRegions: [...policy.onlyRegions], excludeRegions: [...policy.excludeRegions] },
    gaps: [unidentified, (await scopes.later).gap, ...journal.gaps].filter((gap) => gap !== undefined),
  };
  const { composeReport, remarks } = await import('../core/report/report.ts');
  const isHeldOpen = act && deps.isHeldOpen && !policy.exposed;
  const complete = { ...draft, remarks: remarks((await found).problem, isHeldOpen) };
  const composed = composeReport({ ...complete, endedAt: clock.now() });
  const report = isSilent ? composed : await publish(deps, journal, composed, kinds);
  if (!act || !policy.includeCaller || caller.unidentified) return report;
  const { endCaller } = await import('../contain/caller.ts');
  const outcomes = await endCaller(clients, caller, journal, deps.kinds, policy);
  const located = report.journal ? { journal: report.journal } : {};
  return composeReport({ ...complete, ...located, outcomes, endedAt: clock.now() });
}

/** The verdict, and the mark by which it was found. */
interface Judged {
  readonly verdict: Verdict;
  readonly found: FoundMark;
}

/** The verdict. Only a Budgets message is checked against the budget: other triggers say what they want. */
async function judge(
  deps: Deps,
  trigger: Trigger,
  found: ReturnType<typeof markWithin>,
  now: number,
): Promise<Judged> {
  const fixed = deps.budget ?? { name: 'none', account: 'unknown', limitUsd: Number.POSITIVE_INFINITY };
  if (trigger.source !== 'budget') return { verdict: decide(trigger, fixed, undefined), found: await found };
  const { store, clock, clients, budget, lastKnown = {} } = deps;
  const [evidence, first, journal] = await Promise.all([
    // Loaded only for a Budgets message, during DescribeRegions and the first looks.
    import('../shell/sources/budgets.ts').then(({ readEvidence }) => readEvidence(clients, fixed, now)),
    // Loaded during calls to AWS, so it delays nothing.
    import('../shell/journal/tripwire-memory.ts').then(async ({ readTripwireMemory, expectedIn }) => {
      const stored = await readTripwireMemory(store, clock);
      return { known: { found: await found, stored }, expectedIn };
    }),
    import('../shell/journal/known.ts'),
  ]);
  const judgedBy = (given: Known): Judged => {
    const known = journal.withLastKnown(given, lastKnown, now);
    const expected = first.expectedIn(known.stored, budget?.cap, now);
    const verdict = decide(trigger, fixed, evidence, closureOf(known.found.mark), expected);
    return { verdict, found: known.found };
  };
  const judged = judgedBy(first.known);
  // Unknown is not none: the owner may have restored or allowed what would be stopped now.
  return judged.verdict.level === 'fire' && journal.isUnknown(first.known)
    ? judgedBy(await journal.askAgain(store, clock, first.known))
    : judged;
}

const withAccount = (caller: Caller, { budget }: Deps): Caller =>
  caller.account === undefined && budget ? { ...caller, account: budget.account } : caller;

const isTick = ({ source }: Trigger): boolean => source === 'schedule' || source === 'signal';

/** Asks after the first look, and loads the code only then, so that it does not delay the first stop. */
async function askSpend(
  deps: Deps,
  clearance: Promise<Clearance>,
  firstLook: Promise<unknown>,
): Promise<Spend> {
  const [{ act, holds }] = await Promise.all([clearance, firstLook]);
  if (!act) return { unavailable: 'not asked: nothing was changed' };
  if (holds) return { unavailable: 'asked only when the incident began: each request costs $0.01' };
  return (await import('../shell/sources/spend.ts')).readSpend(deps.clients, deps.clock);
}

/** Writes the report and the mail beside the journal, then notifies the owner. */
async function publish(
  deps: Deps,
  journal: Journal,
  report: Report,
  kinds: readonly Kind[],
): Promise<Report> {
  const journaled = report.acted || report.trigger.source !== 'cli';
  const kept = journaled
    ? await journal.writeDocument('report.json', JSON.stringify(report, null, 1))
    : undefined;
  const located: Report = kept ? { ...report, journal: kept } : report;
  const { composeMail } = await import('../core/report/mail.ts');
  const mail = composeMail(located, kinds);
  if (journaled) await journal.writeDocument('mail.txt', `${mail.subject}\n\n${mail.text}`);
  if (!isRepeat(located, journal)) await deps.notify?.(mail, located);
  return located;
}

/** Budgets sends a message for each threshold, and one rise can cross six: the owner gets one mail. */
const REPEAT_MS = 5 * 60_000;

/** Whether another run has just contained the incident and reports it, and this one found nothing to do. */
function isRepeat({ trigger, acted, clean, actions, timings }: Report, { joinedAt }: Journal): boolean {
  const joinedAtOnce = joinedAt !== undefined && Date.parse(timings.startedAt) - joinedAt < REPEAT_MS;
  return trigger.source === 'budget' && acted && clean && actions.length === 0 && joinedAtOnce;
}
