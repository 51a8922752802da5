import { ec2AutoScalingGroup } from './ec2-auto-scaling-group.ts';
import { ec2Instance } from './ec2-instance.ts';
import { ec2SpotRequest } from './ec2-spot-request.ts';
import { iamAccessKey } from './iam-access-key.ts';
import { iamRootKey } from './iam-root-key.ts';
import { iamUser } from './iam-user.ts';
import type { Kind } from './kind.ts';

/** Every kind, launchers before what they launch. Restore runs through it backwards. */
export const kinds: readonly Kind[] = [
  ec2AutoScalingGroup,
  ec2SpotRequest,
  ec2Instance,
  iamUser,
  iamAccessKey,
  iamRootKey,
];
