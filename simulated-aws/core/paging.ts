/**
 * A page of what comes in order, from a token that is the place of its first item; `next` names the one after it, if any.
 * Most services leave their tokens' form open: this is theirs.
 */
export function pageFrom<T>(
  all: readonly T[],
  size: number,
  token = '0',
): { readonly page: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const [start, end] = [Number(token), Number(token) + size];
  return { page: all.slice(start, end), next: end < all.length ? { NextToken: String(end) } : {} };
}
