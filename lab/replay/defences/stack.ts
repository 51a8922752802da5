import { parseSettings, type SettingsInput } from '../../../lambda/core/settings.ts';
import { ALLOWANCES_KEY, allowancesDocument } from '../../../lambda/core/tripwire/allowance.ts';
import type { Incident } from '../../incidents/schema.ts';
import { type OwnStage, startOwnStage } from '../../simulation/stage.ts';
import { OWNERS_ADDRESS } from '../mailbox.ts';
import type { Course } from '../measures.ts';
import { Scene } from '../scene.ts';
import { type Defence, SEED } from './defence.ts';
import { FASTER_SIGNALS, NO_SIGNALS, type Signal } from './signals.ts';
import { remarksAfter, watchChanges, watchWhatCouldBeKnown } from './stack-watch.ts';

const HOUR_MS = 3_600_000;

/** The real stack in the simulated account, with the budget alarm and these signals. */
async function playStack(name: string, incident: Incident, signals: readonly Signal[]): Promise<Course> {
  const own: SettingsInput = {
    email: OWNERS_ADDRESS,
    monthlyBudgetUsd: incident.budgetUsd,
    allow: { users: [...incident.owner.users] },
  };
  const settings: SettingsInput = Object.assign({}, own, NO_SIGNALS, ...signals.map((each) => each.settings));
  const stage = await startOwnStage({
    settings,
    account: { startsAt: incident.startsAt, seed: SEED },
    endpoint: { keepCalls: 0 },
  });
  try {
    const scene = new Scene(stage.account, incident);
    scene.onceBudgetsSeesIt(() => {});
    watchChanges(stage, scene);
    const { tripwire } = parseSettings(settings, name);
    if (tripwire.enabled) {
      watchWhatCouldBeKnown(stage, scene, tripwire.exhaustWithinHours);
      announce(stage, incident);
    }
    await stage.conductor.runTo(scene.endsAt);
    stage.refuseDefects();
    scene.remarks.push(...remarksAfter(stage.account, scene, tripwire.enabled));
    return scene.course(name);
  } finally {
    await stage.stop();
  }
}

/** What the owner announces, as `killswitch allow` leaves it in the bucket. */
function announce({ account, outputs }: OwnStage, { owner, startsAt }: Incident): void {
  const all = owner.allowances.map(({ atHour, hours, usd, region, reason }, at) => {
    const from = startsAt + atHour * HOUR_MS;
    const until = from + hours * HOUR_MS;
    const moments = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
    return { from, allowance: { id: `allowance-${at}`, usd, region, reason, ...moments } };
  });
  for (const { from } of all)
    account.timeline.at(from, () => {
      const written = all.filter((each) => each.from <= from).map(({ allowance }) => allowance);
      account.s3.put(outputs.JournalBucketName, ALLOWANCES_KEY, Buffer.from(allowancesDocument(written)));
    });
}

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
  about: `The same with ${FASTER_SIGNALS.map(({ name }) => name).join(', ')}. No trail, no GuardDuty and no AWS Health event help it.`,
  play: (incident) => playStack('stack-all-signals', incident, FASTER_SIGNALS),
};
