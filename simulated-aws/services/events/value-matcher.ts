type Test = (value: unknown) => boolean;

const text =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

/** The operators by name: `{ "prefix": … }`. Each makes a test, or throws for an argument that it does not take. */
const OPERATORS: Readonly<Record<string, (argument: unknown) => Test>> = {
  prefix: (argument) => caseAware(argument, (value, part) => value.startsWith(part)),
  suffix: (argument) => caseAware(argument, (value, part) => value.endsWith(part)),
  'equals-ignore-case': (argument) =>
    text((value) => value.toLowerCase() === textOf(argument, 'equals-ignore-case').toLowerCase()),
  wildcard: (argument) => {
    const pattern = wildcard(textOf(argument, 'wildcard'));
    return text((value) => pattern.test(value));
  },
  exists: (argument) => {
    if (typeof argument !== 'boolean') throw notUnderstood({ exists: argument });
    // For this operator only leaves exist, and not a field that holds fields.
    return (value) => (value !== undefined && !isObject(value)) === argument;
  },
  numeric: (argument) => {
    const test = numeric(argument);
    return (value) => typeof value === 'number' && test(value);
  },
  'anything-but': anythingBut,
};

/** Whether one value, `undefined` for a missing field, is what one element of a pattern's list asks for. */
export function matchesValue(matcher: unknown, value: unknown): boolean {
  return isObject(matcher) ? testOf(matcher)(value) : matcher === value;
}

/** @throws Error for an operator that is not understood. */
export function refuseUnknownMatcher(matcher: unknown): void {
  if (Array.isArray(matcher)) throw notUnderstood(matcher);
  if (isObject(matcher)) testOf(matcher);
}

const tests = new WeakMap<object, Test>();

function testOf(matcher: object): Test {
  const known = tests.get(matcher);
  if (known) return known;
  const [entry, ...more] = Object.entries(matcher);
  const operator = entry && Object.hasOwn(OPERATORS, entry[0]) ? OPERATORS[entry[0]] : undefined;
  if (!entry || !operator || more.length > 0) throw notUnderstood(matcher);
  const test = operator(entry[1]);
  tests.set(matcher, test);
  return test;
}

/** The field has to be there. Source: "Comparison operators …", Anything-but matching. */
function anythingBut(argument: unknown): Test {
  if (isObject(argument) && !Array.isArray(argument)) {
    const [name, parts] = Object.entries(argument)[0] ?? [];
    const excluded = [parts].flat().map((part) => testOf({ [String(name)]: part }));
    return text((value) => !excluded.some((test) => test(value)));
  }
  const excluded = [argument].flat();
  if (excluded.some((one) => typeof one !== 'string' && typeof one !== 'number'))
    throw notUnderstood({ 'anything-but': argument });
  return (value) => value !== undefined && !isObject(value) && !excluded.includes(value);
}

function caseAware(argument: unknown, test: (value: string, part: string) => boolean): Test {
  if (!isObject(argument)) return text((value) => test(value, textOf(argument, 'prefix or suffix')));
  const { 'equals-ignore-case': part } = argument as Record<string, unknown>;
  const lower = textOf(part, 'equals-ignore-case').toLowerCase();
  return text((value) => test(value.toLowerCase(), lower));
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

/** `[">", 0, "<=", 5]`. */
function numeric(argument: unknown): (value: number) => boolean {
  const parts = Array.isArray(argument) ? argument : [];
  const pairs = Array.from({ length: Math.ceil(parts.length / 2) }, (_, at) =>
    parts.slice(2 * at, 2 * at + 2),
  );
  const comparisons = pairs.map(([sign, limit]) => {
    const compare = COMPARISONS[String(sign)];
    if (!compare || typeof limit !== 'number') throw notUnderstood({ numeric: argument });
    return (value: number) => compare(value, limit);
  });
  if (comparisons.length === 0) throw notUnderstood({ numeric: argument });
  return (value) => comparisons.every((holds) => holds(value));
}

/** `*` is any text; a backslash takes its meaning away. Source: "Comparison operators …", Matching using wildcards. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replaceAll(/\\[*\\]|\*|[.+?^${}()|[\]\\]/g, (found) => {
    if (found === '*') return '.*';
    return found.length === 2 ? found : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 's');
}

function textOf(argument: unknown, operator: string): string {
  if (typeof argument === 'string') return argument;
  throw notUnderstood({ [operator]: argument });
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const notUnderstood = (matcher: unknown) =>
  new Error(`${JSON.stringify(matcher)} in an event pattern is not understood`);
