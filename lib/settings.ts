import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { getNodeValue } from 'jsonc-parser';
import * as v from 'valibot';
import { unmatchedEntries } from '../lambda/core/policy/exemption.ts';
import {
  InputError,
  parseSettings,
  problemOf,
  type Settings,
  settingsSchema,
} from '../lambda/core/settings.ts';
import { allKinds } from '../lambda/kinds/all.ts';
import { parseJsonText } from './json-text.ts';
import { fromText, settingAt } from './setting-text.ts';

export const CONFIG_FILE = 'killswitch.config.json';

type Plain = { [key: string]: unknown };

/**
 * The settings of `killswitch.config.json` in `directory`, overridden by the CDK context: `-c allow.none=true`
 * sets `allow.none`, `-c allow.users=alice,bob` a list.
 * @param context the app's whole context; keys with `:` or `/` are CDK's own and are passed over.
 * @throws InputError listing every problem of the file and of the context at once.
 */
export function loadSettings(directory: string, context: Readonly<Record<string, unknown>>): Settings {
  const file = readConfigFile(resolve(directory, CONFIG_FILE));
  const given = Object.entries(context).filter(([key]) => !/[:/]/.test(key));
  const unknown = given.filter(([key]) => settingAt(key.split('.')) === undefined);
  const problems = unknown.map(
    ([key, value]) => `-c ${key}=${String(value)} is not a setting: remove it, or check its spelling`,
  );
  const input = structuredClone(file ?? {});
  for (const [key, value] of given) {
    const path = key.split('.');
    const schema = settingAt(path);
    if (schema) assign(input, path, typeof value === 'string' ? fromText(value, schema) : value);
  }
  const sources = [file && CONFIG_FILE, given.length > unknown.length && '-c'].filter(Boolean);
  try {
    const source = sources.join(' and ') || 'settings';
    const settings = parseSettings(input, source);
    problems.push(...unreachable(settings).map((problem) => `${source}: ${problem}`));
    if (problems.length === 0) return settings;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
  }
  throw new InputError(problems);
}

/**
 * The setting `allow` of `killswitch.config.json` in `directory`; undefined without the file. The rest of the file
 * is not looked at: a fire must not fail for it.
 * @throws InputError listing every problem of the list.
 */
export function loadAllow(directory: string): Settings['allow'] | undefined {
  const file = readConfigFile(resolve(directory, CONFIG_FILE));
  if (!file) return undefined;
  const read = v.safeParse(v.object({ allow: settingsSchema.entries.allow }), file);
  const problems = read.success ? unreachable(read.output) : read.issues.map(problemOf);
  if (read.success && problems.length === 0) return read.output.allow;
  throw new InputError(problems.map((problem) => `${CONFIG_FILE}: ${problem}`));
}

/** An entry that no kind could mean would pass for protection. */
const unreachable = ({ allow }: Pick<Settings, 'allow'>): string[] =>
  unmatchedEntries(allow.resources, allKinds).map(
    (entry) =>
      `allow.resources names ${entry}, which is of no kind that is ever stopped: remove it, or see docs/kinds.md for what there is`,
  );

/** JSON that may hold comments, e.g. why somebody is spared, and a comma after the last entry. */
function readConfigFile(path: string): Plain | undefined {
  if (!existsSync(path)) return undefined;
  const read = parseJsonText(readFileSync(path, 'utf8'), { allowTrailingComma: true });
  if ('problems' in read) {
    const [{ line, column, reason }] = read.problems;
    throw new InputError([
      `${path}:${line}:${column}: ${reason}. The file must be valid JSON; it may hold comments`,
    ]);
  }
  const value: unknown = getNodeValue(read.tree);
  if (isPlain(value)) return value;
  throw new InputError([`${path}: must hold one JSON object, e.g. { "email": "me@example.com" }`]);
}

function assign(target: Plain, [head, ...rest]: readonly string[], value: unknown): void {
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const child = target[head];
  // A value of the wrong type stays, so that the schema can name it.
  if (child !== undefined && !isPlain(child)) return;
  const object = child ?? {};
  target[head] = object;
  assign(object, rest, value);
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
