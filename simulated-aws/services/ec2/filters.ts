import { ServiceError } from '../../core/service.ts';
import { invalidValue } from './requests.ts';

export interface Filter {
  readonly Name?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

/** How to read what each filter looks at; `tag:` and `tag-key` look at the tags. */
export interface Filterable<T> {
  readonly fields: Readonly<Record<string, (item: T) => string | undefined>>;
  readonly tags: (item: T) => Readonly<Record<string, string>>;
}

const MOST_FILTERS = 50;
const MOST_VALUES = 200;

/**
 * A predicate: all filters must match, by any of their values. `*` and `?` are wildcards. Source: EC2 User Guide,
 * "Filter resources". @throws ServiceError InvalidParameterValue for an unknown filter, FilterLimitExceeded.
 */
export function matcher<T>(filters: readonly Filter[] | undefined, by: Filterable<T>): (item: T) => boolean {
  if ((filters?.length ?? 0) > MOST_FILTERS) throw tooMany(`${MOST_FILTERS} filters`);
  const tests = (filters ?? []).map((filter) => testOf(filter, by));
  return (item) => tests.every((test) => test(item));
}

/** The plain values of a filter; undefined when it is missing or has wildcards. */
export function plainValues(
  filters: readonly Filter[] | undefined,
  name: string,
): readonly string[] | undefined {
  const values = filters?.find(({ Name }) => Name === name)?.Values;
  return values?.some(hasWildcard) ? undefined : values;
}

function testOf<T>({ Name = '', Values = [] }: Filter, by: Filterable<T>): (item: T) => boolean {
  if (Values.length > MOST_VALUES) throw tooMany(`${MOST_VALUES} values of a filter`);
  const matches = matchesAny(Values);
  if (Name.startsWith('tag:')) {
    const key = Name.slice('tag:'.length);
    return (item) => matches(by.tags(item)[key]);
  }
  if (Name === 'tag-key') return (item) => Object.keys(by.tags(item)).some(matches);
  const field = by.fields[Name];
  if (!field) throw invalidValue(`The filter '${Name}' is invalid`);
  return (item) => matches(field(item));
}

function matchesAny(values: readonly string[]): (actual: string | undefined) => boolean {
  const plain = new Set(values.filter((value) => !hasWildcard(value)));
  const patterns = values.filter(hasWildcard).map(wildcard);
  return (actual) =>
    actual !== undefined && (plain.has(actual) || patterns.some((pattern) => pattern.test(actual)));
}

const hasWildcard = (value: string) => /[*?]/.test(value);

function wildcard(value: string): RegExp {
  const source = value
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/[*?]/g, (sign) => (sign === '*' ? '.*' : '.'));
  return new RegExp(`^${source}$`, 's');
}

const tooMany = (what: string) =>
  new ServiceError('FilterLimitExceeded', `The maximum of ${what} was exceeded`);
