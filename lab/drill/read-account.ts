import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import {
  DescribeRegionsCommand,
  EC2Client,
  paginateDescribeInstances,
  paginateDescribeSpotInstanceRequests,
} from '@aws-sdk/client-ec2';
import {
  IAMClient,
  paginateListAccessKeys,
  paginateListAttachedUserPolicies,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import type { AccountContent, RegionContent } from '../testbed/account-reader.ts';

/** Where to ask, and whose key signs. */
export interface Access {
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Reads an account over HTTP with SDK clients of its own: what boto3 reads from moto, without Python. */
export async function readOverTheWire(access: Access): Promise<AccountContent> {
  const ec2 = new EC2Client({ ...access, region: 'us-east-1' });
  const { Regions = [] } = await ec2.send(new DescribeRegionsCommand({}));
  ec2.destroy();
  const names = Regions.map(({ RegionName }) => RegionName ?? '');
  const regions = await Promise.all(
    names.map(async (name) => [name, await readRegion(access, name)] as const),
  );
  return { regions: Object.fromEntries(regions), users: await readUsers(access) };
}

async function readRegion(access: Access, region: string): Promise<RegionContent> {
  const ec2 = new EC2Client({ ...access, region });
  const autoScaling = new AutoScalingClient({ ...access, region });
  try {
    const reservations = await all(
      paginateDescribeInstances({ client: ec2 }, {}),
      (page) => page.Reservations,
    );
    const requests = await all(
      paginateDescribeSpotInstanceRequests({ client: ec2 }, {}),
      (page) => page.SpotInstanceRequests,
    );
    const groups = await all(
      paginateDescribeAutoScalingGroups({ client: autoScaling }, {}),
      (page) => page.AutoScalingGroups,
    );
    return {
      instances: reservations
        .flatMap(({ Instances = [] }) => Instances)
        .map(({ InstanceId = '', State, InstanceLifecycle = 'normal', Tags = [] }) => ({
          id: InstanceId,
          state: State?.Name ?? 'pending',
          lifecycle: InstanceLifecycle,
          group: Tags.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value ?? null,
        })),
      groups: groups.map((group) => ({
        name: group.AutoScalingGroupName ?? '',
        min: group.MinSize ?? 0,
        max: group.MaxSize ?? 0,
        desired: group.DesiredCapacity ?? 0,
        members: (group.Instances ?? []).map(({ InstanceId = '' }) => InstanceId),
        suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName = '' }) => ProcessName),
      })),
      spotRequests: requests.map(
        ({ SpotInstanceRequestId: id = '', State: state = '', Type: type = '' }) => ({
          id,
          state,
          type,
        }),
      ),
    };
  } finally {
    ec2.destroy();
    autoScaling.destroy();
  }
}

async function readUsers(access: Access): Promise<AccountContent['users']> {
  const client = new IAMClient({ ...access, region: 'us-east-1' });
  try {
    const users = await all(paginateListUsers({ client }, {}), (page) => page.Users);
    return await Promise.all(
      users.map(async ({ UserName = '' }) => {
        const keys = await all(
          paginateListAccessKeys({ client }, { UserName }),
          (page) => page.AccessKeyMetadata,
        );
        const policies = await all(
          paginateListAttachedUserPolicies({ client }, { UserName }),
          (page) => page.AttachedPolicies,
        );
        return {
          name: UserName,
          keys: keys.map(({ AccessKeyId: id = '', Status }) => ({
            id,
            status: Status === 'Active' ? ('Active' as const) : ('Inactive' as const),
          })),
          attachedPolicies: policies.map(({ PolicyArn = '' }) => PolicyArn),
        };
      }),
    );
  } finally {
    client.destroy();
  }
}

/** What all pages hold. */
async function all<P, T>(pages: AsyncIterable<P>, items: (page: P) => T[] | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}
