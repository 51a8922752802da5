import { matchesValue, refuseUnknownMatcher } from './value-matcher.ts';

/** An event pattern, as somebody wrote it. */
export type EventPattern = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether an event matches: every field that the pattern names has one of the values that it lists. An array in the
 * event matches when one of its elements does. Source: EventBridge user guide, "Comparison operators for use in event
 * patterns in Amazon EventBridge" and "Creating Amazon EventBridge event patterns".
 */
export function matchesPattern(pattern: EventPattern, event: unknown): boolean {
  return Object.entries(pattern).every(([name, wanted]) =>
    name === '$or' && isAlternatives(wanted)
      ? wanted.some((one) => matchesPattern(one, event))
      : fieldsOf(event, name).some((value) => matchesField(wanted, value)),
  );
}

function matchesField(wanted: unknown, value: unknown): boolean {
  if (Array.isArray(wanted)) return wanted.some((matcher) => matchesValue(matcher, value));
  return isFields(value) && matchesPattern(wanted as EventPattern, value);
}

/** The field's values: one, each element of an array, or `undefined` where there is none. */
function fieldsOf(event: unknown, name: string): readonly unknown[] {
  const value = isFields(event) ? event[name] : undefined;
  return Array.isArray(value) && value.length > 0 ? value.flat(Number.POSITIVE_INFINITY) : [value];
}

/**
 * Refuses what EventBridge, or this simulation, does not understand, before any event arrives.
 * @throws Error that names it.
 */
export function refuseUnknownPattern(pattern: unknown, at = ''): void {
  if (!isFields(pattern)) throw new Error(`the event pattern${at} is not an object`);
  for (const [name, wanted] of Object.entries(pattern)) {
    if (name === '$or' && isAlternatives(wanted))
      for (const one of wanted) refuseUnknownPattern(one, ` ${at}$or`);
    else if (!Array.isArray(wanted)) refuseUnknownPattern(wanted, `${at}.${name}`);
    else if (wanted.length === 0) throw new Error(`the event pattern${at}.${name} is empty`);
    else for (const matcher of wanted) refuseUnknownMatcher(matcher);
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAlternatives = (value: unknown): value is readonly EventPattern[] =>
  Array.isArray(value) && value.length > 1 && value.every(isFields);
