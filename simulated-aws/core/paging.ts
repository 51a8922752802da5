import { ServiceError } from './service.ts';

/**
 * A page of a list. The token is the place of the page's first item; `next` holds the token of the following page, if
 * any. Most services leave the form of their tokens open: they use this one.
 */
export function pageFrom<T>(
  all: readonly T[],
  size: number,
  token = '0',
): { readonly page: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const [start, end] = [Number(token), Number(token) + size];
  return { page: all.slice(start, end), next: end < all.length ? { NextToken: String(end) } : {} };
}

/**
 * A page of what comes in order. Its token is the place of its last item, so that items that go meanwhile shift
 * nothing. `place` gives an item's place in that order, from 1.
 */
export function pageAfter<T>(
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

const tokenAfter = (place: number): string => Buffer.from(`after:${place}`).toString('base64url');

/**
 * The place after which such a page starts, 0 for the first.
 * @throws ServiceError with this code for a token that no page had; EC2's and Auto Scaling's by default.
 */
export function placeOf(
  { NextToken }: { readonly NextToken?: string | undefined },
  code = 'InvalidNextToken',
): number {
  if (NextToken === undefined) return 0;
  const place = /^after:(\d+)$/.exec(Buffer.from(NextToken, 'base64url').toString())?.[1];
  if (place === undefined) throw new ServiceError(code, 'The specified NextToken is not valid.');
  return Number(place);
}
