import type {
  InstanceStateChange,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { groupBy } from '../../core/group-by.ts';
import { type CallContext, ServiceError } from '../../core/service.ts';
import { stateOf } from './describe-instances.ts';
import type { Ec2 } from './ec2.ts';
import type { SimulatedInstance } from './instance.ts';
import { instancesOf } from './instance-ids.ts';
import { endDryRun } from './requests.ts';

/** Stops all or none. Source: API_StopInstances. @throws ServiceError for the first that cannot be stopped. */
export function stopInstances(
  ec2: Ec2,
  input: StopInstancesRequest,
  { region }: CallContext,
): StopInstancesResult {
  const instances = instancesOf(ec2, region, input.InstanceIds);
  for (const instance of instances) refuseStop(ec2, instance);
  endDryRun(input);
  return { StoppingInstances: changesOf(instances, (ids) => ec2.stop(ids, isQuick(input))) };
}

/** Starts all or none. Source: API_StartInstances. @throws ServiceError for the first that cannot be started. */
export function startInstances(
  ec2: Ec2,
  input: StartInstancesRequest,
  { region }: CallContext,
): StartInstancesResult {
  const instances = instancesOf(ec2, region, input.InstanceIds);
  for (const instance of instances) refuseStart(ec2, instance);
  endDryRun(input);
  return { StartingInstances: changesOf(instances, (ids) => ec2.start(ids)) };
}

/**
 * A bad id fails the whole request. A protected instance fails the request and spares the instances in its own
 * Availability Zone; those in other zones are terminated nevertheless. Source: API_TerminateInstances.
 * @throws ServiceError OperationNotPermitted after terminating what is in other zones.
 */
export function terminateInstances(
  ec2: Ec2,
  input: TerminateInstancesRequest,
  { region }: CallContext,
): TerminateInstancesResult {
  const instances = instancesOf(ec2, region, input.InstanceIds);
  for (const instance of instances) refuseOperated(instance, 'Terminate');
  const refusals = new Map<string, ServiceError>();
  for (const instance of instances) {
    const refusal = protectionFromTermination(instance);
    if (refusal && !refusals.has(instance.zone)) refusals.set(instance.zone, refusal);
  }
  const [refusal] = refusals.values();
  if (input.DryRun && refusal) throw refusal;
  endDryRun(input);
  const changes: InstanceStateChange[] = [];
  for (const [zone, some] of groupBy(instances, (instance) => instance.zone))
    if (!refusals.has(zone)) changes.push(...changesOf(some, (ids) => ec2.terminate(ids, isQuick(input))));
  if (refusal) throw refusal;
  return { TerminatingInstances: changes };
}

/** Whether the operating system is not asked to shut down. */
const isQuick = ({
  SkipOsShutdown = false,
  Force = false,
}: StopInstancesRequest | TerminateInstancesRequest) => SkipOsShutdown || Force;

function changesOf(
  instances: readonly SimulatedInstance[],
  change: (ids: string[]) => void,
): InstanceStateChange[] {
  const before = instances.map(({ state }) => stateOf(state));
  change(instances.map(({ id }) => id));
  return instances.map(({ id, state }, at) => ({
    InstanceId: id,
    CurrentState: stateOf(state),
    PreviousState: before[at],
  }));
}

/**
 * Only the service that operates an instance can stop or terminate it. Source:
 * https://github.com/aws/eks-node-monitoring-agent/pull/151
 */
function refuseOperated({ id, operator }: SimulatedInstance, change: 'Stop' | 'Terminate'): void {
  if (operator === undefined) return;
  throw new ServiceError(
    'UnauthorizedOperation',
    `You are not authorized to perform this operation: ec2:${change}Instances on instance/${id} with an ` +
      'explicit deny in a resource-based policy',
    403,
  );
}

function refuseStop(ec2: Ec2, instance: SimulatedInstance): void {
  const { id, state } = instance;
  refuseOperated(instance, 'Stop');
  if (instance.isEnding)
    throw incorrectState(`This instance '${id}' is not in a state from which it can be stopped.`);
  if (instance.disableApiStop) throw isProtected(id, 'stopped', 'disableApiStop');
  refuseInstanceStore(instance, 'stopped');
  if (instance.lifecycle === 'spot') refuseSpot(ec2, instance, 'stop');
  if (state === 'pending')
    throw incorrectState(`Instance '${id}' cannot be stopped as it has never reached the 'running' state.`);
}

function refuseStart(ec2: Ec2, instance: SimulatedInstance): void {
  const { id, state } = instance;
  refuseInstanceStore(instance, 'started');
  if (state === 'stopping' || instance.isEnding)
    throw incorrectState(`The instance '${id}' is not in a state from which it can be started.`);
  if (state === 'stopped' && instance.lifecycle === 'spot') refuseSpot(ec2, instance, 'start');
}

function refuseInstanceStore({ id, rootDevice }: SimulatedInstance, change: 'stopped' | 'started'): void {
  if (rootDevice === 'instance-store')
    throw unsupported(
      `The instance '${id}' does not have an 'ebs' root device type and cannot be ${change}.`,
    );
}

/** Source: EC2 User Guide, "Stop a Spot Instance", and the messages that EC2 gives. */
function refuseSpot(ec2: Ec2, { id, spotRequestId }: SimulatedInstance, verb: 'stop' | 'start'): void {
  const request = ec2.spot.find(spotRequestId);
  if (request?.order.persistence !== 'persistent')
    throw unsupported(
      `You can't ${verb} the Spot Instance '${id}' because it is associated with a one-time Spot Instance request. ` +
        `You can only ${verb} Spot Instances associated with persistent Spot Instance requests.`,
    );
  if (request.state === 'cancelled')
    throw new ServiceError(
      'IncorrectSpotRequestState',
      `You can't ${verb} the Spot Instance '${id}' because the associated Spot Instance request is not in an ` +
        `appropriate state to support ${verb}`,
    );
}

/** Stop protection prevents termination as well. Source: EC2 User Guide, "Enable stop protection". */
function protectionFromTermination(instance: SimulatedInstance): ServiceError | undefined {
  if (instance.isEnding) return undefined;
  if (instance.disableApiTermination) return isProtected(instance.id, 'terminated', 'disableApiTermination');
  if (instance.disableApiStop) return isProtected(instance.id, 'terminated', 'disableApiStop');
  return undefined;
}

const isProtected = (id: string, fate: 'stopped' | 'terminated', attribute: string) =>
  new ServiceError(
    'OperationNotPermitted',
    `The instance '${id}' may not be ${fate}. Modify its '${attribute}' instance attribute and try again.`,
  );
const unsupported = (message: string) => new ServiceError('UnsupportedOperation', message);
const incorrectState = (message: string) => new ServiceError('IncorrectInstanceState', message);
