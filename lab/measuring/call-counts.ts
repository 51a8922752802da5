import { allKinds } from '../../lambda/kinds/all.ts';

/** One line of a sum of API calls. */
export interface CallCount {
  readonly what: string;
  readonly calls: number;
}

export const sum = (numbers: Iterable<number>): number =>
  [...numbers].reduce((total, each) => total + each, 0);

export const totalOf = (counts: readonly CallCount[]): number => sum(counts.map(({ calls }) => calls));

/** The regional kinds. Each takes one call in a region that holds none of it. */
export const LISTED = allKinds.filter(({ scope, discover }) => scope === 'regional' && discover);

/** A scope is clean after two passes that found nothing new; where something was done, one pass came before them. */
export const passesOver = (isActedOn: boolean): number => (isActedOn ? 3 : 2);

/**
 * Most ids in a StopInstances, most results of a DescribeInstances or a GetAccountAuthorizationDetails.
 * Sources: API_StopInstances; API_DescribeInstances, MaxResults; API_GetAccountAuthorizationDetails, MaxItems.
 */
export const PER_CALL = 1_000;
export const callsFor = (items: number): number => Math.ceil(items / PER_CALL);
