import { AutoScalingClient, CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  paginateDescribeInstances,
  RegisterImageCommand,
  RequestSpotInstancesCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  paginateListUsers,
} from '@aws-sdk/client-iam';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface AnyClient {
  destroy(): void;
}

/** The key that plants. moto accepts any key; this one belongs to no IAM user. */
export const PLANTER: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface PlantedUser {
  readonly name: string;
  readonly accessKeys: readonly Credentials[];
}

/** An account that speaks AWS's wire protocols. Plants machines and users in it, and reads what is left, by its own clients. */
export class PlantedAccount {
  readonly #clients = new Map<string, AnyClient>();
  readonly #iam: IAMClient;
  readonly #images = new Map<string, Promise<string>>();

  constructor(
    readonly endpoint: string,
    /** Credentials of another account give another, empty account in the same moto. */
    readonly credentials: Credentials = PLANTER,
    /** More of each client's configuration, e.g. another way to reach the account. */
    private readonly more: object = {},
  ) {
    this.#iam = this.client(IAMClient, 'us-east-1');
  }

  ec2 = (region: string): EC2Client => this.client(EC2Client, region);
  autoScaling = (region: string): AutoScalingClient => this.client(AutoScalingClient, region);

  /** A client of any service, e.g. `client(ECSClient, 'us-east-1')`; one for each region. */
  client<C extends AnyClient>(Client: new (config: object) => C, region: string): C {
    const { endpoint, credentials, more } = this;
    const key = `${Client.name} ${region}`;
    const client =
      (this.#clients.get(key) as C | undefined) ?? new Client({ endpoint, credentials, region, ...more });
    this.#clients.set(key, client);
    return client;
  }

  /** Runs `count` instances and returns their ids. */
  async instances(
    region: string,
    count: number,
    type: 't3.micro' | 'g4dn.xlarge' = 't3.micro',
  ): Promise<string[]> {
    const ImageId = await this.#image(region);
    const ids: string[] = [];
    while (ids.length < count) {
      const batch = Math.min(500, count - ids.length);
      const { Instances = [] } = await this.ec2(region).send(
        new RunInstancesCommand({ ImageId, InstanceType: type, MinCount: batch, MaxCount: batch }),
      );
      ids.push(...Instances.map(({ InstanceId }) => given(InstanceId)));
    }
    return ids;
  }

  /** An image of the account's own: asking moto for one of its catalogue takes half a second a region. */
  #image(region: string): Promise<string> {
    const image = this.#images.get(region) ?? this.#registerImage(region);
    this.#images.set(region, image);
    return image;
  }

  async #registerImage(region: string): Promise<string> {
    const registered = new RegisterImageCommand({ Name: `testbed-${region}`, RootDeviceName: '/dev/sda1' });
    return given((await this.ec2(region).send(registered)).ImageId);
  }

  /** Termination or stop protection, set on running instances: moto drops it when given to RunInstances. */
  async protect(
    region: string,
    ids: readonly string[],
    protection: 'DisableApiTermination' | 'DisableApiStop',
  ) {
    for (const InstanceId of ids)
      await this.ec2(region).send(
        new ModifyInstanceAttributeCommand({ InstanceId, [protection]: { Value: true } }),
      );
  }

  /** An Auto Scaling group of `size` running members, from a launch template of its own. */
  async autoScalingGroup(region: string, name: string, size: number): Promise<string[]> {
    const ImageId = await this.#image(region);
    const LaunchTemplateName = `${name}-template`;
    await this.ec2(region).send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName,
        LaunchTemplateData: { ImageId, InstanceType: 'g4dn.xlarge' },
      }),
    );
    await this.autoScaling(region).send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: name,
        MinSize: size,
        MaxSize: size,
        DesiredCapacity: size,
        AvailabilityZones: [`${region}a`],
        LaunchTemplate: { LaunchTemplateName, Version: '$Latest' },
      }),
    );
    const { Reservations = [] } = await this.ec2(region).send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'tag:aws:autoscaling:groupName', Values: [name] }] }),
    );
    return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => given(InstanceId)));
  }

  /** Spot requests that would launch again; returns the requests' ids. */
  async spotRequests(
    region: string,
    count: number,
    type: 'persistent' | 'one-time' = 'persistent',
  ): Promise<string[]> {
    const { SpotInstanceRequests = [] } = await this.ec2(region).send(
      new RequestSpotInstancesCommand({
        InstanceCount: count,
        Type: type,
        LaunchSpecification: { ImageId: await this.#image(region), InstanceType: 'g4dn.xlarge' },
      }),
    );
    return SpotInstanceRequests.map(({ SpotInstanceRequestId }) => given(SpotInstanceRequestId));
  }

  /** An IAM user with up to two active access keys (IAM allows no more). */
  async user(name: string, keys: 0 | 1 | 2 = 2): Promise<PlantedUser> {
    await this.#iam.send(new CreateUserCommand({ UserName: name }));
    const accessKeys = [];
    for (let i = 0; i < keys; i++) {
      const { AccessKey } = await this.#iam.send(new CreateAccessKeyCommand({ UserName: name }));
      accessKeys.push({
        accessKeyId: given(AccessKey?.AccessKeyId),
        secretAccessKey: given(AccessKey?.SecretAccessKey),
      });
    }
    return { name, accessKeys };
  }

  /** Ids of the instances that run in a region now. */
  async running(region: string): Promise<string[]> {
    const ids: string[] = [];
    const pages = paginateDescribeInstances(
      { client: this.ec2(region) },
      { Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }] },
    );
    for await (const { Reservations = [] } of pages)
      for (const { Instances = [] } of Reservations)
        ids.push(...Instances.map((one) => given(one.InstanceId)));
    return ids;
  }

  /** Ids of all active access keys of all users. */
  async activeKeys(): Promise<string[]> {
    const ids: string[] = [];
    for await (const { Users = [] } of paginateListUsers({ client: this.#iam }, {}))
      for (const { UserName } of Users) {
        const { AccessKeyMetadata = [] } = await this.#iam.send(new ListAccessKeysCommand({ UserName }));
        const active = AccessKeyMetadata.filter(({ Status }) => Status === 'Active');
        ids.push(...active.map(({ AccessKeyId }) => given(AccessKeyId)));
      }
    return ids;
  }

  /** Ends the clients' connections. */
  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }
}

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('moto left out an id that AWS always gives');
  return value;
}
