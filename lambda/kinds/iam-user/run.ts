import {
  AttachUserPolicyCommand,
  IAMClient,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { DENY_ALL } from '../../core/managed-policies.ts';
import type { Aws } from '../../shell/calls/aws.ts';
import type { KeyFacts } from '../iam-access-key/facts.ts';
import type { Deed } from '../kind.ts';
import { actOnEach } from '../one-by-one.ts';
import type { Deny, DenySessions } from './facts.ts';
import { denyOlderSessions, NEWEST_DENIED_MS, POLICY_NAME } from './session-policy.ts';

const AT_ONCE = 100;

export const iamUserDeed: Deed<KeyFacts, Deny | DenySessions> = {
  act: ({ aws }, actions) =>
    actOnEach(actions, AT_ONCE, { gone: ['NoSuchEntityException'] }, ({ id, verb }) =>
      verb === 'deny-sessions' ? denySessions(aws, id) : deny(aws, id),
    ),
};

/** An intruder can fill a user's policy slots: then we set the permissions boundary, which always works. */
function deny(aws: Aws, UserName: string): Promise<unknown> {
  const iam = aws.client(IAMClient);
  const attach = new AttachUserPolicyCommand({ UserName, PolicyArn: DENY_ALL });
  const bound = new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: DENY_ALL });
  return iam.send(attach, aws.options).catch((refused: Error) => {
    if (refused.name !== 'LimitExceededException') throw refused;
    return iam.send(bound, aws.options);
  });
}

/** An intruder can fill the user's room for inline policies: then this fails, and the report says so. */
function denySessions(aws: Aws, UserName: string): Promise<unknown> {
  const iam = aws.client(IAMClient);
  // The SDK notes how far this machine's clock is from AWS's, once it is more than 5 minutes.
  const now = aws.clock.now() + iam.config.systemClockOffset;
  const PolicyDocument = denyOlderSessions(now + NEWEST_DENIED_MS);
  return iam.send(
    new PutUserPolicyCommand({ UserName, PolicyName: POLICY_NAME, PolicyDocument }),
    aws.options,
  );
}
