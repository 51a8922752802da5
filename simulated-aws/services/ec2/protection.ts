import { ServiceError } from '../../core/service.ts';
import type { Lifecycle } from './instance.ts';

interface Protected {
  readonly lifecycle?: Lifecycle;
  readonly instanceStore?: boolean;
  readonly disableApiStop?: boolean;
  readonly disableApiTermination?: boolean;
}

/**
 * Spot instances take no protection, and instances with an instance-store root take no stop protection.
 * Sources: EC2 User Guide, "Enable stop protection" and "Change instance termination protection".
 * @throws ServiceError UnsupportedOperation.
 */
export function refuseProtection(wanted: Protected): void {
  const attribute = wanted.disableApiStop
    ? 'disableApiStop'
    : wanted.disableApiTermination
      ? 'disableApiTermination'
      : undefined;
  if (attribute === undefined) return;
  if (wanted.lifecycle === 'spot')
    throw new ServiceError(
      'UnsupportedOperation',
      `Modifying '${attribute}' is not supported for spot instances`,
    );
  if (wanted.instanceStore && wanted.disableApiStop)
    throw new ServiceError(
      'UnsupportedOperation',
      "Modifying 'disableApiStop' is not supported for instances with an instance store root volume",
    );
}
