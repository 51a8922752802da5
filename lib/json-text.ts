import { type Node, type ParseError, type ParseOptions, parseTree, printParseErrorCode } from 'jsonc-parser';
import { groupBy } from '../lambda/core/group-by.ts';

/** A place in a text; lines and columns are counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with a text, and where. */
export interface TextProblem extends Place {
  readonly reason: string;
}

/** The tree of a JSON text, or what is wrong with it, in the order of the text. */
export function parseJsonText(
  text: string,
  options: ParseOptions,
): { readonly tree: Node } | { readonly problems: readonly [TextProblem, ...TextProblem[]] } {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, options);
  const [first, ...others] = errors.map(({ error, offset }) => ({
    ...placeOf(text, offset),
    reason: inWords(printParseErrorCode(error)),
  }));
  if (first) return { problems: [first, ...others] };
  return tree ? { tree } : { problems: [{ line: 1, column: 1, reason: 'value expected' }] };
}

/** Where an offset is. */
export function placeOf(text: string, offset: number): Place {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** `CommaExpected` as `comma expected`. */
const inWords = (code: string): string => code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

/** A key that an object gives more than once: JSON keeps only the last. */
export interface RepeatedKey {
  /** From the root; items of a list by their number. */
  readonly path: readonly string[];
  /** Of each time; two may be the same. */
  readonly lines: readonly number[];
}

/** Every key that is given more than once in its object, at any depth. */
export function repeatedKeys(text: string, tree: Node, path: readonly string[] = []): RepeatedKey[] {
  const { type, children = [] } = tree;
  if (type === 'array')
    return children.flatMap((item, at) => repeatedKeys(text, item, [...path, String(at)]));
  if (type !== 'object') return [];
  const named = children.flatMap(({ children: [key, value] = [] }) =>
    key ? [{ name: String(key.value), line: placeOf(text, key.offset).line, value }] : [],
  );
  return [...groupBy(named, ({ name }) => name)].flatMap(([name, given]) => [
    ...(given.length > 1 ? [{ path: [...path, name], lines: given.map(({ line }) => line) }] : []),
    ...given.flatMap(({ value }) => (value ? repeatedKeys(text, value, [...path, name]) : [])),
  ]);
}
