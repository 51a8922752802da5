import type { Behaviour } from '../../core/behaviour.ts';

export const STS_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'sts-identity',
    claim: 'GetCallerIdentity names root, a user, or a role with its session',
    source: 'API_GetCallerIdentity',
  },
  {
    id: 'sts-role-must-exist',
    claim: 'a role that does not exist cannot be assumed: AccessDenied',
    source: 'API_AssumeRole',
  },
  {
    id: 'sts-session-duration',
    claim: 'a session lasts as long as was asked, within the limits of its operation',
    source: 'API_AssumeRole, API_GetSessionToken',
  },
  {
    id: 'sts-no-session-from-session',
    claim: 'GetSessionToken cannot be called with temporary credentials',
    source: 'API_GetSessionToken',
  },
];
