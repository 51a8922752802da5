// Stops every instance in every region and disables every access key, all at once: the script that people write next.
import {
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  IAMClient,
  ListAccessKeysCommand,
  ListUsersCommand,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';

const { Regions } = await new EC2Client({ region: 'us-east-1' }).send(new DescribeRegionsCommand({}));
await Promise.all(
  Regions.map(async ({ RegionName }) => {
    const ec2 = new EC2Client({ region: RegionName });
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
    const InstanceIds = Reservations.flatMap(({ Instances }) =>
      Instances.map(({ InstanceId }) => InstanceId),
    );
    if (InstanceIds.length > 0) await ec2.send(new StopInstancesCommand({ InstanceIds }));
  }),
);

const iam = new IAMClient({ region: 'us-east-1' });
const { Users } = await iam.send(new ListUsersCommand({}));
await Promise.all(
  Users.map(async ({ UserName }) => {
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
    await Promise.all(
      AccessKeyMetadata.map(({ AccessKeyId }) =>
        iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' })),
      ),
    );
  }),
);
