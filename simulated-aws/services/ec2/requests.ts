import { ServiceError } from '../../core/service.ts';

/** Items of a page. Source: API_DescribeInstances, MaxResults. */
const LEAST = 5;
const MOST = 1_000;

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

/** How many items to answer with; all for an unpaginated call. @throws ServiceError InvalidParameterValue. */
export function pageSize({ MaxResults }: { readonly MaxResults?: number | undefined }): number {
  if (MaxResults === undefined) return Number.POSITIVE_INFINITY;
  if (MaxResults < LEAST)
    throw invalidValue(
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than or equal to ${LEAST}.`,
    );
  if (MaxResults > MOST)
    throw invalidValue(
      `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value less than or equal to ${MOST}.`,
    );
  return MaxResults;
}
