import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { getNodeValue } from 'jsonc-parser';
import { listed } from '../lambda/core/plain-text.ts';
import { InputError } from '../lambda/core/settings.ts';
import { parseJsonText, type RepeatedKey, repeatedKeys } from './json-text.ts';

export const CONFIG_FILE = 'killswitch.config.json';

export type Plain = { [key: string]: unknown };

/** The file's object, and the keys that it gives more than once. */
export interface ConfigFile {
  readonly value: Plain;
  readonly repeated: readonly RepeatedKey[];
}

/**
 * `killswitch.config.json` in `directory`; undefined without the file. It is JSON that may begin with a byte order mark,
 * as editors on Windows write it, and hold comments, e.g. why somebody is spared, and a comma after the last entry.
 * @throws InputError with line and column where it is not that.
 */
export function readConfigFile(directory: string): ConfigFile | undefined {
  const path = resolve(directory, CONFIG_FILE);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const read = parseJsonText(text, { allowTrailingComma: true });
  if ('problems' in read) {
    const [{ line, column, reason }] = read.problems;
    throw new InputError([
      `${path}:${line}:${column}: ${reason}. The file must be valid JSON; it may hold comments`,
    ]);
  }
  const value: unknown = getNodeValue(read.tree);
  if (isPlain(value)) return { value, repeated: repeatedKeys(text, read.tree) };
  throw new InputError([`${path}: must hold one JSON object, e.g. { "email": "me@example.com" }`]);
}

/** What to do about keys of which only the last would count: of two modes, perhaps the wrong one. */
export const repetitions = (repeated: readonly RepeatedKey[]): string[] =>
  repeated.map(
    ({ path, lines }) =>
      `${path.join('.')} is given ${lines.length} times, in lines ${listed(lines.map(String))}: keep one of them`,
  );

export const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
