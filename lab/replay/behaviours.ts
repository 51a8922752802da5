import type { Behaviour } from '../../simulated-aws/core/behaviour.ts';

const ACTIONS = 'https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-controls.html';

/** What the replays claim of people, and of the defences that are not this stack. */
export const REPLAY_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'person-region-by-region',
    claim:
      'a person cleans region by region, each after the minutes that the file gives; an empty one takes a minute',
    source: 'assumption: stated with its figures in each incident’s file',
  },
  {
    id: 'person-until-clean',
    claim: 'a person begins again until a round finds nothing, whatever comes back meanwhile',
    source: 'assumption: nobody stops before the account looks clean',
  },
  {
    id: 'person-ends-every-credential',
    claim: 'a person ends keys, session tokens, sessions of roles, and root',
    source:
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html',
  },
  {
    id: 'mail-is-read-later',
    claim: 'an e-mail leads to a clean-up when it is read, and not before',
    source: 'assumption: 24 hours in all incidents',
  },
  {
    id: 'budgets-actions-named-in-advance',
    claim: 'Budgets Actions reach the users and machines that were named, and none that came later',
    source: `${ACTIONS}; API_budgets_IamActionDefinition; API_budgets_SsmActionDefinition`,
  },
  {
    id: 'budgets-actions-full-slots',
    claim: 'an IAM action fails on a user whose policy slots are full',
    source: `${ACTIONS}; API_AttachUserPolicy, LimitExceeded`,
  },
];
