import { parseSettings, type SettingsInput } from '../../../lambda/core/settings.ts';
import { ALLOWANCES_KEY, allowancesDocument } from '../../../lambda/core/tripwire/allowance.ts';
import type { Incident } from '../../incidents/schema.ts';
import { deployInProcess, type InProcessDeployment } from '../../simulation/deployment.ts';
import { OWNERS_ADDRESS } from '../playing/mailbox.ts';
import type { Course } from '../playing/measures.ts';
import { PlayedIncident } from '../playing/played-incident.ts';
import { type Defence, SEED } from './defence.ts';
import { remarksAfter, watchChanges, watchWhatCouldBeKnown } from './stack-watch.ts';

const HOUR_MS = 3_600_000;

/** Something beside the budget alarm that can call the stack's function sooner. */
interface Signal {
  readonly name: string;
  /** What turns it on in the stack's settings. */
  readonly settings: Partial<SettingsInput>;
}

/** Without any of them the budget alarm alone calls the function. */
const NO_SIGNALS: Partial<SettingsInput> = { tripwire: { enabled: false } };

/** All of them. A new one is added here, and every incident is then played with it. */
const FASTER_SIGNALS: readonly Signal[] = [
  { name: 'the tripwire, which looks every five minutes', settings: { tripwire: { enabled: true } } },
];

/** The real stack in the simulated account, with the budget alarm and these signals. */
async function playStack(name: string, incident: Incident, signals: readonly Signal[]): Promise<Course> {
  const own: SettingsInput = {
    email: OWNERS_ADDRESS,
    monthlyBudgetUsd: incident.budgetUsd,
    allow: { users: [...incident.owner.users] },
  };
  const settings: SettingsInput = Object.assign({}, own, NO_SIGNALS, ...signals.map((each) => each.settings));
  const deployment = await deployInProcess({
    settings,
    account: { startsAt: incident.startsAt, seed: SEED },
    endpoint: { keepCalls: 0 },
  });
  try {
    const played = new PlayedIncident(deployment.account, incident);
    played.onceBudgetsSeesIt(() => {});
    watchChanges(deployment, played);
    const { tripwire } = parseSettings(settings, name);
    if (tripwire.enabled) {
      watchWhatCouldBeKnown(deployment, played, tripwire.exhaustWithinHours);
      announce(deployment, incident);
    }
    await deployment.conductor.runTo(played.endsAt);
    deployment.refuseDefects();
    played.remarks.push(...remarksAfter(deployment.account, played, tripwire.enabled));
    return played.course(name);
  } finally {
    await deployment.stop();
  }
}

/** What the owner announces, as `killswitch allow` leaves it in the bucket. */
function announce({ account, outputs }: InProcessDeployment, { owner, startsAt }: Incident): void {
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
    'The real template and the real bundle, called by the budget alarm and by nothing else. The owner cleans up by hand what it does not reach, after reading the e-mail 24 hours later.',
  play: (incident) => playStack('stack', incident, []),
};

export const stackWithAllSignals: Defence = {
  name: 'stack-all-signals',
  label: 'this stack, all its signals',
  labelJa: '本ツール(全シグナル)',
  about: `The same with ${FASTER_SIGNALS.map(({ name }) => name).join(', ')}. No trail, no GuardDuty and no AWS Health event help it.`,
  play: (incident) => playStack('stack-all-signals', incident, FASTER_SIGNALS),
};
