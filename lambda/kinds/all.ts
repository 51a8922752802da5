// Written by `npm run generate` from the folders beside it.
import { ec2AutoScalingGroup } from './ec2-auto-scaling-group/index.ts';
import { ec2Instance } from './ec2-instance/index.ts';
import { ec2SpotRequest } from './ec2-spot-request/index.ts';
import { iamAccessKey } from './iam-access-key/index.ts';
import { iamRootKey } from './iam-root-key/index.ts';
import { iamUser } from './iam-user/index.ts';
import type { Kind } from './kind.ts';
import { inOrder } from './order.ts';

/** The whole of every kind at once: for what is built or checked ahead of a run (role, policies, documents, tests). */
export const allKinds: readonly Kind[] = inOrder<Kind>([
  ec2AutoScalingGroup,
  ec2Instance,
  ec2SpotRequest,
  iamAccessKey,
  iamRootKey,
  iamUser,
]);
