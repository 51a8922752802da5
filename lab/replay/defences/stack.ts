import { parseSettings, type SettingsInput } from '../../../lambda/core/settings.ts';
import type { Incident } from '../../incidents/schema.ts';
import { deployInProcess, type InProcessDeployment } from '../../simulation/deployment.ts';
import { SkippingHost } from '../../simulation/skipping-host.ts';
import { OWNERS_ADDRESS } from '../playing/mailbox.ts';
import type { Course } from '../playing/measures.ts';
import { PlayedIncident } from '../playing/played-incident.ts';
import { accountOf, type Defence } from './defence.ts';
import { announce, restoreOpenIncident } from './owners-commands.ts';
import { QuietHours } from './quiet-hours.ts';
import { remarksAfter, watchChanges, watchWhatCouldBeKnown } from './stack-watch.ts';

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
    account: accountOf(incident),
    endpoint: { keepCalls: 0 },
  });
  try {
    const played = new PlayedIncident(deployment.account, incident);
    played.onceBudgetsSeesIt(() => {});
    watchChanges(deployment, played);
    const { tripwire } = parseSettings(settings, name);
    played.putBack = () => restoreOpenIncident(deployment, played.owner.credentials);
    if (tripwire.enabled) {
      watchWhatCouldBeKnown(deployment, played, tripwire.exhaustWithinHours);
      announce(deployment, incident);
      skipQuietHours(deployment, played, tripwire.warnWithinHours);
    }
    await deployment.conductor.runTo(played.endsAt);
    deployment.refuseDefects();
    played.remarks.push(...remarksAfter(deployment.account, played, tripwire.enabled));
    return played.course(name);
  } finally {
    await deployment.stop();
  }
}

function skipQuietHours(
  deployment: InProcessDeployment,
  { incident, limit }: PlayedIncident,
  warnWithinHours: number,
): void {
  const { functions } = deployment.account;
  if (incident.skipsQuietHours === 0 || functions.host === undefined) return;
  const quiet = new QuietHours(deployment, incident, () => limit.usd(), warnWithinHours);
  functions.host = new SkippingHost(functions.host, quiet);
}

export const stack: Defence = {
  name: 'stack',
  label: 'this stack, budget alarm alone',
  labelJa: '本ツール(予算アラームのみ)',
  isOwn: true,
  about:
    'The real template and the real bundle, called by the budget alarm and by nothing else. The owner cleans up by hand what it does not reach, after reading the e-mail 24 hours later.',
  play: (incident) => playStack('stack', incident, []),
};

export const stackWithAllSignals: Defence = {
  name: 'stack-all-signals',
  label: 'this stack, all its signals',
  labelJa: '本ツール(全シグナル)',
  isOwn: true,
  about: `The same with ${FASTER_SIGNALS.map(({ name }) => name).join(', ')}. No trail, no GuardDuty and no AWS Health event help it.`,
  play: (incident) => playStack('stack-all-signals', incident, FASTER_SIGNALS),
};
