import type { Behaviour } from '../../core/behaviour.ts';

const QUOTAS = 'IAM user guide: IAM and AWS STS quotas';
const PROPAGATION =
  'IAM user guide: Changes that I make are not always immediately visible; 3 to 4 s measured by OFFENSAI (December 2025)';

export const IAM_BEHAVIOURS: readonly Behaviour[] = [
  { id: 'iam-two-keys', claim: 'a user has at most two access keys', source: QUOTAS },
  { id: 'iam-ten-policies', claim: 'a user has at most ten managed policies', source: QUOTAS },
  {
    id: 'iam-inline-size',
    claim: 'inline policies of a user have at most 2,048 characters in all, white space not counted',
    source: QUOTAS,
  },
  { id: 'iam-user-quota', claim: 'an account has at most 5,000 users', source: QUOTAS },
  {
    id: 'iam-names',
    claim: 'the names of two users differ in more than case, and no two are the same',
    source: 'API_CreateUser',
  },
  {
    id: 'iam-pages',
    claim: 'lists come in pages of 100, of up to 1,000 when asked for, with every user on exactly one page',
    source: 'API_ListUsers',
  },
  {
    id: 'iam-pages-under-change',
    claim: 'users who are deleted or created between two pages shift no other user out of them',
    source: 'assumption: a marker stands for a name, not for a position',
  },
  { id: 'iam-key-lag', claim: 'a disabled key works for 4 s more', source: PROPAGATION },
  { id: 'iam-deleted-key-lag', claim: 'a deleted key works for 4 s more', source: PROPAGATION },
  {
    id: 'iam-deny-lag',
    claim: 'a deny of everything holds after 4 s, and its removal too',
    source: PROPAGATION,
  },
  {
    id: 'iam-new-key',
    claim: 'a new key works at once',
    source: 'assumption: this favours an intruder who makes keys',
  },
  {
    id: 'iam-read-lag',
    claim: 'lists and gets are up to 0.2 s old, but a new user is found by name at once',
    source: 'assumption: IAM says only that it is eventually consistent',
  },
  {
    id: 'iam-boundary-denies',
    claim: 'AWSDenyAll as permissions boundary denies what attached policies allow',
    source: 'IAM user guide: Policy evaluation logic',
  },
  {
    id: 'iam-inline-denies',
    claim: 'an inline policy that denies all actions on all resources denies, one with a condition does not',
    source: 'assumption: of policies only a deny of everything is evaluated, for all or for older sessions',
  },
  {
    id: 'iam-token-issue-time',
    claim:
      'an inline deny with DateLessThan aws:TokenIssueTime denies sessions issued before, no later one, and no long-term key',
    source:
      'IAM user guide: AWS global condition context keys (aws:TokenIssueTime); Revoke IAM role temporary security credentials',
  },
  {
    id: 'iam-session-outlives-key',
    claim:
      'a session made with a key lives on when the key is disabled, until its time or a deny on the user',
    source: 'IAM user guide: Disabling permissions for temporary security credentials',
  },
  {
    id: 'iam-session-without-mfa',
    claim: 'credentials of GetSessionToken without MFA cannot call IAM',
    source: 'API_GetSessionToken',
  },
  {
    id: 'iam-implicit-user',
    claim:
      'without a user name a call is about the user whose key signs it; temporary credentials have to name one',
    source: 'API_UpdateAccessKey',
  },
  {
    id: 'iam-unknown-key',
    claim: 'a change of a key that is not there is NoSuchEntity',
    source: 'API_UpdateAccessKey',
  },
  {
    id: 'iam-attach-twice',
    claim: 'attaching what is attached changes nothing; detaching what is not is NoSuchEntity',
    source: 'API_AttachUserPolicy, API_DetachUserPolicy',
  },
  {
    id: 'iam-policy-must-exist',
    claim: 'a policy that does not exist cannot be attached or be a boundary',
    source: 'API_AttachUserPolicy',
  },
  {
    id: 'iam-delete-conflict',
    claim: 'a user with keys or policies cannot be deleted',
    source: 'API_DeleteUser',
  },
  {
    id: 'iam-root',
    claim: 'no policy binds root, and root keys are only a number in the summary',
    source: 'API_GetAccountSummary',
  },
  {
    id: 'iam-last-used',
    claim: 'a key tells the service and region of its last call',
    source: 'API_GetAccessKeyLastUsed',
  },
  {
    id: 'iam-details',
    claim:
      'GetAccountAuthorizationDetails gives users with policies and boundary, and roles when they are not filtered out',
    source: 'API_GetAccountAuthorizationDetails',
  },
  {
    id: 'iam-boundary-shown',
    claim: 'GetUser shows the boundary, ListUsers does not',
    source: 'API_ListUsers',
  },
  {
    id: 'iam-role-policies',
    claim: 'a role that is denied everything, or has lost its last policy, may do nothing',
    source:
      'IAM user guide: Policy evaluation logic; assumption: what one policy of several allowed is not looked at',
  },
  {
    id: 'iam-role-trust',
    claim: 'a service gets no credentials of a role that does not trust it any more',
    source: 'API_UpdateAssumeRolePolicy',
  },
  {
    id: 'iam-role-deleted',
    claim: 'a role with policies cannot be deleted; with a deleted one its credentials end',
    source: 'API_DeleteRole',
  },
];
