import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  LaunchTemplateSpecification,
  RegisterImageRequest,
  RegisterImageResult,
  Reservation,
  RunInstancesRequest,
  Tag,
} from '@aws-sdk/client-ec2';
import { type CallContext, ServiceError } from '../../core/service.ts';
import { reservation } from './describe-instances.ts';
import type { Ec2 } from './ec2.ts';
import type { LaunchTemplate } from './images.ts';
import type { SimulatedInstance } from './instance.ts';
import { refuseProtection } from './protection.ts';
import { endDryRun, invalidValue, missing } from './requests.ts';

/** EC2's default. Source: API_RunInstances. */
const DEFAULT_TYPE = 'm1.small';

/** Answers a repeated client token with the first launch, as EC2 does. Source: API_RunInstances, ClientToken. */
export class RunInstances {
  readonly #byToken = new Map<string, SimulatedInstance[]>();

  constructor(readonly ec2: Ec2) {}

  /** @throws ServiceError; Error for a type that has no known price. */
  run(input: RunInstancesRequest, context: CallContext): Reservation {
    const token = input.ClientToken && `${context.region} ${input.ClientToken}`;
    const launched = token ? this.#byToken.get(token) : undefined;
    if (launched) return reservation(this.ec2, launched);
    const instances = runInstances(this.ec2, input, context);
    if (token) this.#byToken.set(token, instances);
    return reservation(this.ec2, instances);
  }
}

function runInstances(ec2: Ec2, input: RunInstancesRequest, { region, principal }: CallContext) {
  const { MinCount, MaxCount } = input;
  if (MinCount === undefined || MaxCount === undefined) throw missing('MinCount and MaxCount');
  if (MinCount < 1 || MaxCount < MinCount)
    throw invalidValue(`Value ( ${MaxCount} ) for parameter maxCount is invalid.`);
  const template = input.LaunchTemplate && templateOf(ec2, region, input.LaunchTemplate);
  const imageId = input.ImageId ?? template?.imageId;
  if (imageId === undefined) throw missing('ImageId');
  const image = imageOf(ec2, region, imageId);
  const zone = input.Placement?.AvailabilityZone;
  const launch = {
    type: input.InstanceType ?? template?.type ?? DEFAULT_TYPE,
    launchedBy: principal.name,
    imageId,
    instanceStore: image.instanceStore,
    disableApiStop: input.DisableApiStop ?? template?.disableApiStop ?? false,
    disableApiTermination: input.DisableApiTermination ?? template?.disableApiTermination ?? false,
    tags: { ...template?.tags, ...tagsOf(input.TagSpecifications) },
    ...(zone === undefined ? {} : { zone }),
  };
  const isSpot = input.InstanceMarketOptions?.MarketType === 'spot';
  refuseProtection({ ...launch, lifecycle: isSpot ? 'spot' : 'on-demand' });
  endDryRun(input);
  if (!isSpot) return ec2.launch(region, { ...launch, count: MaxCount });
  const persistence = input.InstanceMarketOptions?.SpotOptions?.SpotInstanceType ?? 'one-time';
  return ec2.spot.launchNow(region, { ...launch, count: MaxCount, persistence });
}

/** Needs no disks, since nothing boots here. Source: API_RegisterImage. @throws ServiceError. */
export function registerImage(
  ec2: Ec2,
  input: RegisterImageRequest,
  { region }: CallContext,
): RegisterImageResult {
  if (input.Name === undefined) throw missing('Name');
  endDryRun(input);
  return { ImageId: ec2.images.register(region, input.Name, input.ImageLocation !== undefined).id };
}

/**
 * Keeps what RunInstances and Auto Scaling read of a template. Source: API_CreateLaunchTemplate. @throws ServiceError.
 */
export function createLaunchTemplate(
  ec2: Ec2,
  input: CreateLaunchTemplateRequest,
  { region, principal, now }: CallContext,
): CreateLaunchTemplateResult {
  const { LaunchTemplateName: name, LaunchTemplateData: data } = input;
  if (name === undefined) throw missing('LaunchTemplateName');
  if (data === undefined) throw missing('LaunchTemplateData');
  if (ec2.images.template(region, name))
    throw new ServiceError(
      'InvalidLaunchTemplateName.AlreadyExistsException',
      'Launch template name already in use.',
    );
  endDryRun(input);
  const { id } = ec2.images.addTemplate(region, {
    name,
    createdAt: now,
    createdBy: principal.arn,
    ...(data.ImageId === undefined ? {} : { imageId: data.ImageId }),
    ...(data.InstanceType === undefined ? {} : { type: data.InstanceType }),
    disableApiStop: data.DisableApiStop ?? false,
    disableApiTermination: data.DisableApiTermination ?? false,
    tags: tagsOf(data.TagSpecifications),
  });
  return {
    LaunchTemplate: {
      LaunchTemplateId: id,
      LaunchTemplateName: name,
      CreateTime: new Date(now),
      CreatedBy: principal.arn,
      DefaultVersionNumber: 1,
      LatestVersionNumber: 1,
    },
  };
}

/** @throws ServiceError for a template that does not exist. */
export function templateOf(ec2: Ec2, region: string, named: LaunchTemplateSpecification): LaunchTemplate {
  const nameOrId = named.LaunchTemplateId ?? named.LaunchTemplateName ?? '';
  const template = ec2.images.template(region, nameOrId);
  if (template) return template;
  throw named.LaunchTemplateId === undefined
    ? new ServiceError(
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${nameOrId}, does not exist.`,
      )
    : new ServiceError(
        'InvalidLaunchTemplateId.NotFound',
        `The specified launch template, with template ID ${nameOrId}, does not exist.`,
      );
}

/** @throws ServiceError InvalidAMIID.NotFound. */
export function imageOf(ec2: Ec2, region: string, id: string) {
  const image = ec2.images.find(region, id);
  if (!image) throw new ServiceError('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  return image;
}

type TagSpecifications = readonly { ResourceType?: string | undefined; Tags?: Tag[] | undefined }[];

function tagsOf(specifications: TagSpecifications = []): Record<string, string> {
  const tags = specifications.flatMap(({ ResourceType, Tags = [] }) =>
    ResourceType === 'instance' ? Tags : [],
  );
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}
