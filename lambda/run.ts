import { notExamined } from './core/coverage.ts';
import { decide, type Verdict } from './core/decide.ts';
import { composeMail } from './core/mail.ts';
import { type Gap, GLOBAL } from './core/model.ts';
import { composeReport } from './core/report.ts';
import type { Report, Spend } from './core/report-document.ts';
import type { Trigger } from './core/trigger.ts';
import type { Deps } from './deps.ts';
import { readEvidence } from './shell/budgets.ts';
import { disableCaller } from './shell/caller-key.ts';
import { closureOf, membershipOf } from './shell/incident.ts';
import { Journal } from './shell/journal.ts';
import { markWithin } from './shell/mark.ts';
import { scopesFor } from './shell/regions.ts';
import { containScope, type Go } from './shell/scope.ts';

/**
 * The straight line: trigger → decide → contain → report → notify. Discovery starts at once in every scope;
 * acting waits until the verdict and the caller are known. Scopes never wait for each other.
 * @throws InputError for bad credentials or regions, and whatever made notifying impossible.
 */
export async function run(deps: Deps, trigger: Trigger): Promise<Report> {
  const { clients, clock, policy, identity } = deps;
  const startedAt = clock.now();
  const runId = trigger.source === 'invoke' || trigger.source === 'control' ? trigger.id : deps.newRun();
  const found = markWithin(deps.store, clock);
  const verdict = judge(deps, trigger, found, startedAt);
  const scopes = scopesFor(policy, clients);

  const go = Promise.all([verdict, identity, found, deps.store, scopes.checked]).then(
    ([decided, { caller }, { mark }, store]): Go => {
      const membership = membershipOf(mark, runId, startedAt);
      const journal = new Journal(store, runId, trigger.id, membership, mark, clock, deps.log);
      const act = decided.level === 'fire' && !policy.dryRun;
      return { act, caller, incidentOpenedAt: membership.openedAt, journal };
    },
  );
  let looked = () => {};
  const firstLook = new Promise<void>((resolve) => {
    looked = resolve;
  });
  const contain = (scope: string) =>
    containScope({
      scope,
      clients,
      clock,
      policy,
      verifyAfterMs: deps.verifyAfterMs,
      go,
      kinds: deps.kinds.filter((kind) => (kind.scope === 'global') === (scope === GLOBAL)),
      onProgress: (step) => {
        looked();
        deps.onProgress(step);
      },
    });

  const first = scopes.now.map(contain);
  const rest = scopes.later.then(({ scopes: later }) => Promise.all(later.map(contain)));
  const contained = Promise.allSettled([...first, rest]);
  const spend = Promise.all([go, Promise.race([firstLook, contained])]).then(
    ([{ act }]): Promise<Spend> | Spend =>
      act ? askSpend(deps) : { unavailable: 'not asked: nothing was changed' },
  );
  // Everything is waited for, so that nothing is left running when `go` says no.
  await Promise.allSettled([contained, spend]);
  const { act, journal, caller } = await go;
  const reports = [...(await Promise.all(first)), ...(await rest)];
  await journal.finish();

  const { problem } = await found;
  const markGap: Gap | undefined = problem
    ? { kind: 'incident-mark', scope: GLOBAL, code: 'MarkUnreadable', error: problem }
    : undefined;
  const { gap: identityGap } = await identity;
  const { gap: regionsGap } = await scopes.later;
  const gaps = [identityGap, markGap, regionsGap, ...journal.gaps].filter(
    (gap): gap is Gap => gap !== undefined,
  );
  const draft = {
    incident: journal.incident,
    run: runId,
    account: caller.account ?? deps.budget?.account ?? 'unknown',
    caller: caller.arn ?? 'unknown',
    mode: policy.dryRun ? ('dry-run' as const) : policy.mode,
    acted: act,
    trigger,
    verdict: await verdict,
    spend: await spend,
    examined: deps.kinds.filter((kind) => kind.discover).map((kind) => kind.title),
    notExamined: notExamined(policy),
    startedAt,
    scopes: reports,
    gaps,
  };
  const report = await publish(deps, journal, composeReport({ ...draft, endedAt: clock.now() }));
  if (!act || !policy.includeCaller) return report;
  const last = await disableCaller(clients, caller, journal, deps.kinds);
  return composeReport({
    ...draft,
    outcomes: last,
    endedAt: clock.now(),
    ...(report.journal ? { journal: report.journal } : {}),
  });
}

/** A Budgets message is checked against the budget; everything else says itself what it wants. */
async function judge(
  deps: Deps,
  trigger: Trigger,
  found: ReturnType<typeof markWithin>,
  now: number,
): Promise<Verdict> {
  const fixed = deps.budget ?? { name: 'none', account: 'unknown', limitUsd: Number.POSITIVE_INFINITY };
  if (trigger.source !== 'budget') return decide(trigger, fixed, undefined);
  const [evidence, { mark }] = await Promise.all([readEvidence(deps.clients, fixed, now), found]);
  return decide(trigger, fixed, evidence, closureOf(mark));
}

/** Asked after the first look, and loaded then: nothing that is not needed before the first stop delays it. */
const askSpend = async ({ clients, clock }: Deps): Promise<Spend> =>
  (await import('./shell/spend.ts')).readSpend(clients, clock);

/** Keeps the document beside the journal, then tells people. */
async function publish(deps: Deps, journal: Journal, report: Report): Promise<Report> {
  const journaled = report.acted || report.trigger.source !== 'cli';
  const kept = journaled ? await journal.keep('report.json', JSON.stringify(report, null, 1)) : undefined;
  const located: Report = kept ? { ...report, journal: kept } : report;
  const mail = composeMail(located);
  if (journaled) await journal.keep('mail.txt', `${mail.subject}\n\n${mail.text}`);
  await deps.notify?.(mail, located);
  return located;
}
