import { ServiceError } from '../../core/service.ts';
import { invalidValue } from './errors.ts';

const LEAST = 5;
const MOST = 1_000;

export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** How many to answer with: everything for an unpaginated call. @throws ServiceError InvalidParameterValue. */
export function pageSize({ MaxResults }: PageRequest): number {
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

/** The place after which a page starts, 0 for the first. @throws ServiceError InvalidNextToken. */
export function placeOf({ NextToken }: PageRequest): number {
  if (NextToken === undefined) return 0;
  const place = /^after:(\d+)$/.exec(Buffer.from(NextToken, 'base64url').toString())?.[1];
  if (place === undefined)
    throw new ServiceError('InvalidNextToken', 'The specified NextToken is not valid.');
  return Number(place);
}

export const tokenAfter = (place: number): string => Buffer.from(`after:${place}`).toString('base64url');

/**
 * One page of what comes in order, and its token when there is more.
 * `place` gives an item's place in that order, from 1.
 */
export function page<T>(
  items: Iterable<T>,
  size: number,
  place: (item: T) => number,
): { readonly items: T[]; readonly NextToken?: string } {
  const found: T[] = [];
  for (const item of items) {
    if (found.length === size) return { items: found, NextToken: tokenAfter(place(found.at(-1) as T)) };
    found.push(item);
  }
  return { items: found };
}
