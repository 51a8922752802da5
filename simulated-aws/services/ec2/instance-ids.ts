import { ServiceError } from '../../core/service.ts';
import type { Ec2 } from './ec2.ts';
import type { SimulatedInstance } from './instance.ts';
import { invalidValue, missing } from './requests.ts';

const MOST_IDS = 1_000;
const INSTANCE_ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

/** The instance that an id names in this region. @throws ServiceError as `instancesOf`. */
export const instanceOf = (ec2: Ec2, region: string, id: string | undefined): SimulatedInstance =>
  instancesOf(ec2, region, id === undefined ? undefined : [id])[0] as SimulatedInstance;

/**
 * The instances that a request names, each once. One bad id fails the request. Source: API_StopInstances,
 * API_TerminateInstances. @throws ServiceError InvalidInstanceID.Malformed or .NotFound.
 */
export function instancesOf(
  ec2: Ec2,
  region: string,
  ids: readonly string[] | undefined,
): SimulatedInstance[] {
  if (!ids?.length) throw missing('InstanceId');
  if (ids.length > MOST_IDS) throw invalidValue(`A request can name up to ${MOST_IDS} instances.`);
  const malformed = ids.find((id) => !INSTANCE_ID.test(id));
  if (malformed !== undefined)
    throw new ServiceError('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  const found = [...new Set(ids)].map((id) => ({ id, instance: ec2.instance(id) }));
  const unknown = found.filter(({ instance }) => instance?.region !== region).map(({ id }) => id);
  if (unknown.length > 0) throw notFound(unknown);
  return found.flatMap(({ instance }) => instance ?? []);
}

export const notFound = (ids: readonly string[]) =>
  new ServiceError(
    'InvalidInstanceID.NotFound',
    ids.length === 1
      ? `The instance ID '${ids[0]}' does not exist`
      : `The instance IDs '${ids.join(', ')}' do not exist`,
  );
