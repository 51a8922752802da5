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
import { CONFIG_FILE, isPlain, type Plain, readConfigFile, repetitions } from './config-file.ts';
import { parseJsonText, repeatedKeys } from './json-text.ts';
import { placeholders } from './placeholders.ts';
import { fromText, settingAt } from './setting-text.ts';

export { CONFIG_FILE } from './config-file.ts';

/**
 * The settings of `killswitch.config.json` in `directory`, overridden by the CDK context: `-c allow.none=true`
 * sets `allow.none`, `-c allow.users=alice,bob` a list.
 * @param context the app's whole context; keys with `:` or `/` are CDK's own and are passed over.
 * @throws InputError listing every problem of the file and of the context at once.
 */
export function loadSettings(directory: string, context: Readonly<Record<string, unknown>>): Settings {
  const file = readConfigFile(directory);
  const given = Object.entries(context).filter(([key]) => !/[:/]/.test(key));
  const unknown = given.filter(([key]) => settingAt(key.split('.')) === undefined);
  const problems = [
    ...unknown.map(
      ([key, value]) => `-c ${key}=${String(value)} is not a setting: remove it, or check its spelling`,
    ),
    ...repetitions(file?.repeated ?? []).map((problem) => `${CONFIG_FILE}: ${problem}`),
    ...repeatedIn(given),
  ];
  const input = structuredClone(file?.value ?? {});
  for (const [key, value] of given) {
    const path = key.split('.');
    const schema = settingAt(path);
    if (schema) assign(input, path, typeof value === 'string' ? fromText(value, schema) : value);
  }
  const sources = [file && CONFIG_FILE, given.length > unknown.length && '-c'].filter(Boolean);
  const source = sources.join(' and ') || 'settings';
  problems.push(...placeholders(input).map((problem) => `${source}: ${problem}`));
  try {
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
  const file = readConfigFile(directory);
  if (!file) return undefined;
  const read = v.safeParse(v.object({ allow: settingsSchema.entries.allow }), file.value);
  const problems = [
    ...repetitions(file.repeated.filter(({ path }) => path[0] === 'allow')),
    ...(read.success ? unreachable(read.output) : read.issues.map(problemOf)),
  ];
  if (read.success && problems.length === 0) return read.output.allow;
  throw new InputError(problems.map((problem) => `${CONFIG_FILE}: ${problem}`));
}

/** An entry that no kind could mean would pass for protection. */
const unreachable = ({ allow }: Pick<Settings, 'allow'>): string[] =>
  unmatchedEntries(allow.resources, allKinds).map(
    (entry) =>
      `allow.resources names ${entry}, which is of no kind that is ever stopped: remove it, or see docs/kinds.md for what there is`,
  );

/**
 * What is given twice by `-c`: a setting beside one that holds it, or a key in a JSON value. Of the same name given
 * twice the CDK's command line hands on only the last.
 */
function repeatedIn(given: readonly (readonly [string, unknown])[]): string[] {
  const names = given.map(([name]) => name);
  const inside = names.flatMap((name) => {
    const outer = names.find((other) => name.startsWith(`${other}.`));
    return outer === undefined
      ? []
      : [`-c ${outer} and -c ${name} give the same setting twice: keep one of them`];
  });
  const inValues = given.flatMap(([name, value]) => {
    if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return [];
    const read = parseJsonText(value, {});
    if ('problems' in read) return []; // for the schema to refuse
    return repeatedKeys(value, read.tree).map(
      ({ path, lines }) => `-c ${name}: ${path.join('.')} is given ${lines.length} times: keep one of them`,
    );
  });
  return [...inside, ...inValues];
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
