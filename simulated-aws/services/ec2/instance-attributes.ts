import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
} from '@aws-sdk/client-ec2';
import { type CallContext, ServiceError } from '../../core/service.ts';
import type { Ec2 } from './ec2.ts';
import { instanceOf } from './instance-ids.ts';
import { refuseProtection } from './protection.ts';
import { endDryRun, invalidCombination, invalidValue, missing } from './requests.ts';

const PROTECTIONS = ['disableApiStop', 'disableApiTermination'] as const;
type Protection = (typeof PROTECTIONS)[number];
const isProtection = (name: string): name is Protection => PROTECTIONS.some((each) => each === name);

/** Reads one attribute; only protection is simulated. Source: API_DescribeInstanceAttribute. @throws ServiceError. */
export function describeInstanceAttribute(
  ec2: Ec2,
  input: DescribeInstanceAttributeRequest,
  { region }: CallContext,
): InstanceAttribute {
  const instance = instanceOf(ec2, region, input.InstanceId);
  endDryRun(input);
  if (input.Attribute === undefined) throw missing('Attribute');
  const InstanceId = instance.id;
  if (input.Attribute === 'disableApiStop')
    return { InstanceId, DisableApiStop: { Value: instance.disableApiStop } };
  if (input.Attribute === 'disableApiTermination')
    return { InstanceId, DisableApiTermination: { Value: instance.disableApiTermination } };
  throw notSimulated(input.Attribute);
}

/** Sets one attribute; only protection is simulated. Source: API_ModifyInstanceAttribute. @throws ServiceError. */
export function modifyInstanceAttribute(
  ec2: Ec2,
  input: ModifyInstanceAttributeRequest,
  { region }: CallContext,
): Record<string, never> {
  const instance = instanceOf(ec2, region, input.InstanceId);
  const [attribute, value] = changeOf(input);
  if (instance.isEnding)
    throw new ServiceError(
      'IncorrectInstanceState',
      `The instance '${instance.id}' is not in a valid state for this operation.`,
    );
  refuseProtection({
    lifecycle: instance.lifecycle,
    instanceStore: instance.rootDevice === 'instance-store',
    [attribute]: value || instance.lifecycle === 'spot',
  });
  endDryRun(input);
  instance[attribute] = value;
  return {};
}

function changeOf(input: ModifyInstanceAttributeRequest): [Protection, boolean] {
  const { InstanceId: _, DryRun: __, Attribute, Value, ...byName } = input;
  const named = Object.entries(byName).filter(([, value]) => value !== undefined);
  if (named.length + (Attribute === undefined ? 0 : 1) > 1)
    throw invalidCombination('Fields for multiple attribute types specified');
  const [name, value] = named[0] ?? [Attribute, { Value }];
  if (name === undefined) throw invalidCombination('No attributes specified.');
  const attribute = name.charAt(0).toLowerCase() + name.slice(1);
  if (!isProtection(attribute)) throw notSimulated(attribute);
  return [attribute, booleanOf((value as { Value?: boolean | string }).Value)];
}

function booleanOf(value: boolean | string | undefined): boolean {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidValue(`Value ( ${value} ) for parameter value is invalid. It must be true or false.`);
}

const notSimulated = (attribute: string) =>
  new ServiceError('UnsupportedOperation', `The simulated account has no instance attribute ${attribute}`);
