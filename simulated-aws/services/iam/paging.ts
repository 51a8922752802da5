import { ServiceError } from '../../core/service.ts';

export interface Paged {
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface PageEnd {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/**
 * One page of items in the order of their names: 100 by default, at most 1000. The marker is the last name of the page
 * before, so that items that come and go between two pages shift nothing. Source: API_ListUsers.
 * @throws ServiceError ValidationError.
 */
export function pageOf<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  { MaxItems = 100, Marker }: Paged,
): { readonly page: readonly T[]; readonly end: PageEnd } {
  if (!Number.isInteger(MaxItems) || MaxItems < 1 || MaxItems > 1_000)
    throw new ServiceError('ValidationError', `MaxItems must be from 1 to 1000, not ${MaxItems}`);
  const last = Marker === undefined ? undefined : Buffer.from(Marker, 'base64url').toString();
  const start = last === undefined ? 0 : items.findIndex((item) => nameOf(item) > last);
  const page = start < 0 ? [] : items.slice(start, start + MaxItems);
  const next = page.at(-1);
  const isTruncated = next !== undefined && start + MaxItems < items.length;
  return {
    page,
    end: isTruncated
      ? { IsTruncated: true, Marker: Buffer.from(nameOf(next)).toString('base64url') }
      : { IsTruncated: false },
  };
}
