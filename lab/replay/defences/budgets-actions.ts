import { groupBy } from '../../../lambda/core/group-by.ts';
import { ServiceError } from '../../../simulated-aws/core/service.ts';
import { DENY_ALL } from '../../../simulated-aws/services/iam/managed-policies.ts';
import { OWNER } from '../playing/owner.ts';
import type { PlayedIncident } from '../playing/played-incident.ts';
import { type Defence, playWithout } from './defence.ts';
import { createMailingBudget } from './email.ts';

/** Instances that one action can name. Source: API_budgets_SsmActionDefinition. */
const INSTANCES_PER_ACTION = 100;

/** IAM takes a few seconds until a change holds. */
const PROPAGATED_MS = 5_000;

/**
 * What the two kinds of action name in advance, at best: every user that exists except the one that the owner needs, and
 * every machine that runs, region by region.
 */
function namedInAdvance({ account, incident }: PlayedIncident) {
  const [needed] = incident.owner.users;
  const users = [...account.iam.users()].map(({ name }) => name).filter((name) => name !== needed);
  const machines = [...account.ec2.instances()].filter(({ launchedBy }) => launchedBy === OWNER);
  const byRegion = groupBy(machines, ({ region }) => region);
  const instances = [...byRegion.values()].flatMap((here) => here.slice(0, INSTANCES_PER_ACTION));
  return { users, instances: instances.map(({ id }) => id) };
}

function runActions(
  { account, remarks, intruder, observer }: PlayedIncident,
  named: ReturnType<typeof namedInAdvance>,
): void {
  const { iam, ec2, timeline } = account;
  for (const user of named.users) {
    try {
      iam.attachUserPolicy(user, DENY_ALL);
    } catch (thrown) {
      if (!(thrown instanceof ServiceError)) throw thrown;
      remarks.push(
        `The action could not deny ${user} anything (${thrown.code}): the intruder had filled the user’s policy slots.`,
      );
    }
  }
  ec2.stop(named.instances);
  remarks.push('None of the intruder’s machines could be named in advance.');
  timeline.after(PROPAGATED_MS, () => {
    observer.look();
    const still = intruder?.credentials.first();
    if (still) remarks.push(`The intruder went on as ${still.of}, which no action named or could deny.`);
  });
}

export const budgetsActions: Defence = {
  name: 'budgets-actions',
  label: 'native Budgets Actions',
  labelJa: 'AWS Budgets アクション',
  about:
    'The same budget with actions at 100 %: AWSDenyAll for the users that existed when it was set up, and a stop of up to 100 instances named in advance in each region (API_budgets_IamActionDefinition, API_budgets_SsmActionDefinition). They cannot name what an intruder will make. The same e-mail is read after 24 hours.',
  play: (incident) =>
    playWithout('budgets-actions', incident, (played) => {
      createMailingBudget(played);
      // Named when the owner's machines run, and before anybody breaks in.
      let named = namedInAdvance(played);
      played.account.timeline.after(120_000, () => {
        named = namedInAdvance(played);
      });
      played.onceBudgetsSeesIt(() => {
        played.observer.mark('acted');
        runActions(played, named);
      });
    }),
};
