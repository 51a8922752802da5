import type {
  AutoScalingGroup,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  CreateAutoScalingGroupType,
  DeleteAutoScalingGroupType,
  LaunchTemplateSpecification,
  ScalingProcessQuery,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import { pageAfter, placeOf } from '../../core/paging.ts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { AutoScaling } from './auto-scaling.ts';
import { type Member, PROCESSES, type Process, type SimulatedGroup } from './group.ts';

const DEFAULT_RECORDS = 50;
const MOST_RECORDS = 100;

/** Auto Scaling's API. The wire has checked who may call it. */
export function autoScalingOperations(autoScaling: AutoScaling): Operations {
  return {
    CreateAutoScalingGroup: (input: CreateAutoScalingGroupType, context: CallContext) =>
      create(autoScaling, input, context),
    DescribeAutoScalingGroups: (input: AutoScalingGroupNamesType, context: CallContext) =>
      describe(autoScaling, input, context),
    UpdateAutoScalingGroup: (input: UpdateAutoScalingGroupType, context: CallContext) =>
      update(autoScaling, input, context),
    DeleteAutoScalingGroup: (input: DeleteAutoScalingGroupType, { region }: CallContext) => {
      const group = groupOf(autoScaling, region, input.AutoScalingGroupName);
      autoScaling.delete(group, input.ForceDelete);
      return {};
    },
    SuspendProcesses: (input: ScalingProcessQuery, { region }: CallContext) => {
      const group = groupOf(autoScaling, region, input.AutoScalingGroupName);
      autoScaling.suspend(group, processesOf(input));
      return {};
    },
    ResumeProcesses: (input: ScalingProcessQuery, { region }: CallContext) => {
      const group = groupOf(autoScaling, region, input.AutoScalingGroupName);
      autoScaling.resume(group, processesOf(input));
      return {};
    },
  };
}

/** From a launch template only. Source: API_CreateAutoScalingGroup. @throws ServiceError. */
function create(
  autoScaling: AutoScaling,
  input: CreateAutoScalingGroupType,
  { region, principal }: CallContext,
) {
  const { AutoScalingGroupName: name, LaunchTemplate, AvailabilityZones: zones } = input;
  if (!name) throw invalid('AutoScalingGroupName is required');
  if (!LaunchTemplate)
    throw invalid(
      'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
    );
  const { imageId, type, ...template } = templateOf(autoScaling, region, LaunchTemplate);
  const min = sizeOf(input.MinSize);
  autoScaling.createGroup(region, {
    name,
    type,
    imageId,
    launchedBy: principal.name,
    min,
    max: sizeOf(input.MaxSize),
    desired: sizeOf(input.DesiredCapacity, min),
    protectedFromScaleIn: input.NewInstancesProtectedFromScaleIn ?? false,
    disableApiStop: template.disableApiStop ?? false,
    disableApiTermination: template.disableApiTermination ?? false,
    tags: { ...template.tags, ...propagated(input.Tags) },
    template: { id: template.id, name: template.name },
    ...(zones?.length ? { zones } : {}),
  });
  return {};
}

/** Pages of 50, at most 100; unknown names are left out. Source: API_DescribeAutoScalingGroups. */
function describe(
  autoScaling: AutoScaling,
  input: AutoScalingGroupNamesType,
  { region }: CallContext,
): AutoScalingGroupsType {
  const size = input.MaxRecords ?? DEFAULT_RECORDS;
  if (size < 1 || size > MOST_RECORDS)
    throw invalid(`The number of records must be between 1 and ${MOST_RECORDS}.`);
  const place = placeOf(input);
  const names = input.AutoScalingGroupNames;
  const found = [...autoScaling.groups(region)].filter(
    (group) => group.sequence > place && (!names?.length || names.includes(group.name)),
  );
  const { items, NextToken } = pageAfter(found, size, ({ sequence }) => sequence);
  const AutoScalingGroups = items.map((group) => groupOutput(autoScaling.context.accountId, group));
  return { AutoScalingGroups, ...(NextToken === undefined ? {} : { NextToken }) };
}

/** Sizes and scale-in protection of new members. Source: API_UpdateAutoScalingGroup. @throws ServiceError. */
function update(autoScaling: AutoScaling, input: UpdateAutoScalingGroupType, { region }: CallContext) {
  const group = groupOf(autoScaling, region, input.AutoScalingGroupName);
  const { MinSize, MaxSize, DesiredCapacity, NewInstancesProtectedFromScaleIn } = input;
  autoScaling.resize(group, {
    ...(MinSize === undefined ? {} : { min: MinSize }),
    ...(MaxSize === undefined ? {} : { max: MaxSize }),
    ...(DesiredCapacity === undefined ? {} : { desired: DesiredCapacity }),
  });
  group.protectsNewMembers = NewInstancesProtectedFromScaleIn ?? group.protectsNewMembers;
  return {};
}

/** @throws ServiceError for a template that does not exist, or that launches nothing by itself. */
function templateOf({ ec2 }: AutoScaling, region: string, named: LaunchTemplateSpecification) {
  const nameOrId = named.LaunchTemplateId ?? named.LaunchTemplateName ?? '';
  const template = ec2.images.template(region, nameOrId);
  const unusable = (why: string) => invalid(`You must use a valid fully-formed launch template. ${why}`);
  if (!template) throw unusable(`The specified launch template, ${nameOrId}, does not exist.`);
  const { type, imageId = '' } = template;
  if (type === undefined || !ec2.images.find(region, imageId))
    throw unusable('It needs an InstanceType, and the ImageId of an image that exists.');
  return { ...template, type, imageId };
}

function groupOf(autoScaling: AutoScaling, region: string, name: string | undefined): SimulatedGroup {
  const group = autoScaling.group(region, name ?? '');
  if (!group) throw invalid(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
  return group;
}

function processesOf({ ScalingProcesses }: ScalingProcessQuery): readonly Process[] {
  if (!ScalingProcesses?.length) return PROCESSES;
  const isProcess = (name: string): name is Process => PROCESSES.some((process) => process === name);
  const unknown = ScalingProcesses.find((name) => !isProcess(name));
  if (unknown !== undefined) throw invalid(`${unknown} is not a valid process type`);
  return ScalingProcesses.filter(isProcess);
}

function sizeOf(size: number | undefined, otherwise?: number): number {
  const chosen = size ?? otherwise;
  if (chosen === undefined) throw invalid('MinSize and MaxSize are required');
  return chosen;
}

function propagated(tags: CreateAutoScalingGroupType['Tags']): Record<string, string> {
  const onInstances = (tags ?? []).filter(({ PropagateAtLaunch }) => PropagateAtLaunch);
  return Object.fromEntries(onInstances.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function groupOutput(accountId: string, group: SimulatedGroup): AutoScalingGroup {
  const { region, name, sizes, plan } = group;
  const template = plan.template && {
    LaunchTemplate: {
      LaunchTemplateId: plan.template.id,
      LaunchTemplateName: plan.template.name,
      Version: '1',
    },
  };
  return {
    AutoScalingGroupName: name,
    AutoScalingGroupARN: `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:${group.sequence}:autoScalingGroupName/${name}`,
    MinSize: sizes.min,
    MaxSize: sizes.max,
    DesiredCapacity: sizes.desired,
    DefaultCooldown: 300,
    AvailabilityZones: [...group.zones],
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: 0,
    CreatedTime: new Date(group.createdAt),
    NewInstancesProtectedFromScaleIn: group.protectsNewMembers,
    ...template,
    Instances: [...group.members.values()].map((member) => ({
      InstanceId: member.instance.id,
      InstanceType: member.instance.type,
      AvailabilityZone: member.instance.zone,
      LifecycleState: lifecycleOf(member),
      HealthStatus: member.isHealthy ? 'Healthy' : 'Unhealthy',
      ProtectedFromScaleIn: member.isProtectedFromScaleIn,
      ...template,
    })),
    SuspendedProcesses: [...group.suspended].map(([ProcessName, since]) => ({
      ProcessName,
      SuspensionReason: `User suspended at ${new Date(since).toISOString().slice(0, 19)}Z`,
    })),
    Tags: [],
  };
}

function lifecycleOf({ isTerminating, hasRun }: Member) {
  if (isTerminating) return 'Terminating';
  return hasRun ? 'InService' : 'Pending';
}

const invalid = (message: string) => new ServiceError('ValidationError', message);
