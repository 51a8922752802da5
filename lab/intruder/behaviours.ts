import type { Behaviour } from '../../simulated-aws/core/behaviour.ts';

const CAMPAIGN =
  'AWS Security Blog, December 2025: GuardDuty Extended Threat Detection uncovers cryptomining campaign on Amazon EC2 and Amazon ECS';
const TEMPORARY =
  'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html';

/** What the simulated intruder claims to do as intruders do. */
export const INTRUDER_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'intruder-needs-a-credential',
    claim: 'each step takes a credential that works at that moment, and is not taken without',
    source: 'assumption: the intruder acts through the API and in no other way',
  },
  {
    id: 'intruder-next-credential',
    claim: 'when one credential is dead the intruder uses the next one',
    source: CAMPAIGN,
  },
  {
    id: 'intruder-session-outlives-key',
    claim: 'a session token works on when its key is disabled, until its user is denied everything',
    source: TEMPORARY,
  },
  {
    id: 'intruder-role-outlives-users',
    claim: 'a session of a role works on when every user is denied, until it expires',
    source: TEMPORARY,
  },
  {
    id: 'intruder-relaunches',
    claim:
      'the intruder brings back machines, groups and Fargate services at each look while a credential works',
    source: CAMPAIGN,
  },
  {
    id: 'intruder-quota',
    claim: 'the intruder launches no more vCPUs in a region than its quota allows, for each class of types',
    source: 'https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html',
  },
  {
    id: 'intruder-keeps-credentials',
    claim: 'the intruder makes users with keys until enough credentials work',
    source: CAMPAIGN,
  },
  {
    id: 'intruder-fills-policy-slots',
    claim: 'the intruder fills the policy slots of these users, so that no deny can be attached',
    source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html',
  },
  {
    id: 'intruder-protects-again',
    claim: 'the intruder protects machines again where somebody removed the protection',
    source: CAMPAIGN,
  },
];
