import { ServiceError } from '../../core/service.ts';

/** Source: Amazon EC2 API "Error codes", and the messages that EC2 gives with them. */
export const missing = (parameter: string) =>
  new ServiceError('MissingParameter', `The request must contain the parameter ${parameter}`);

export const invalidValue = (message: string) => new ServiceError('InvalidParameterValue', message);

export const invalidCombination = (message: string) =>
  new ServiceError('InvalidParameterCombination', message);

/** @throws ServiceError DryRunOperation, when this is a dry run that has passed all checks. */
export function endDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (input.DryRun)
    throw new ServiceError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
