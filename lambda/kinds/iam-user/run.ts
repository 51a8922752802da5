import { AttachUserPolicyCommand, IAMClient, PutUserPermissionsBoundaryCommand } from '@aws-sdk/client-iam';
import { DENY_ALL } from '../../core/managed-policies.ts';
import type { KeyFacts } from '../iam-access-key/facts.ts';
import type { Deed } from '../kind.ts';
import { actOnEach } from '../one-by-one.ts';
import type { Deny } from './facts.ts';

const AT_ONCE = 100;

export const iamUserDeed: Deed<KeyFacts, Deny> = {
  /** An intruder can fill a user's policy slots: then we set the permissions boundary, which always works. */
  act: ({ aws }, actions) =>
    actOnEach(actions, AT_ONCE, { gone: ['NoSuchEntityException'] }, ({ id: UserName }) => {
      const iam = aws.client(IAMClient);
      const attach = new AttachUserPolicyCommand({ UserName, PolicyArn: DENY_ALL });
      const bound = new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: DENY_ALL });
      return iam.send(attach, aws.options).catch((refused: Error) => {
        if (refused.name !== 'LimitExceededException') throw refused;
        return iam.send(bound, aws.options);
      });
    }),
};
