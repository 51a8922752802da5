import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { transformSync } from 'esbuild';
import * as v from 'valibot';
import { unmatchedEntries } from '../lambda/core/policy/exemption.ts';
import { InputError, parseSettings, type Settings, settingsSchema } from '../lambda/core/settings.ts';
import { allKinds } from '../lambda/kinds/all.ts';
import { entriesOf, itemOf, shapeOf } from './setting-shape.ts';

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
  const unknown = given.filter(([key]) => shapeOf(settingsSchema, key.split('.')) === undefined);
  const problems = unknown.map(
    ([key, value]) => `-c ${key}=${String(value)} is not a setting: remove it, or check its spelling`,
  );
  const input = structuredClone(file ?? {});
  for (const [key, value] of given) {
    const shape = shapeOf(settingsSchema, key.split('.'));
    if (shape) assign(input, key.split('.'), typeof value === 'string' ? fromText(value, shape) : value);
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

/** An entry that no kind could mean would pass for protection. */
const unreachable = ({ allow }: Settings): string[] =>
  unmatchedEntries(allow.resources, allKinds).map(
    (entry) =>
      `allow.resources names ${entry}, which is of no kind that is ever stopped: remove it, or see docs/kinds.md for what there is`,
  );

function readConfigFile(path: string): Plain | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = parseJson(readFileSync(path, 'utf8'), path);
  if (isPlain(parsed)) return parsed;
  throw new InputError([`${path}: must hold one JSON object, e.g. { "email": "me@example.com" }`]);
}

/** JSON.parse, whose message names the line and column in every Node version: it is esbuild that finds them. */
function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = firstJsonError(text);
    const where = place
      ? `${path}:${place.line}:${place.column}: ${place.reason}`
      : `${path}: ${String(error)}`;
    throw new InputError([`${where}. The file must be valid JSON`]);
  }
}

function firstJsonError(text: string): { line: number; column: number; reason: string } | undefined {
  try {
    transformSync(text, { loader: 'json', logLevel: 'silent' });
  } catch (error) {
    const failure = v.safeParse(esbuildFailure, error);
    const first = failure.success ? failure.output.errors[0] : undefined;
    if (first) return { line: first.location.line, column: first.location.column + 1, reason: first.text };
  }
  return undefined;
}

const esbuildFailure = v.object({
  errors: v.array(
    v.object({ text: v.string(), location: v.object({ line: v.number(), column: v.number() }) }),
  ),
});

/** Text from the command line in the type that the schema wants; what does not fit is left for it to refuse. */
function fromText(text: string, schema: v.GenericSchema): unknown {
  if (schema.type === 'number')
    return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if ('options' in schema) return optionOf(schema.options as readonly unknown[], text);
  const item = itemOf(schema);
  if (item && !/^\s*\[/.test(text)) return listFromText(text, item);
  if (!item && schema.type !== 'strict_object') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const optionOf = (options: readonly unknown[], text: string): unknown =>
  options.find((option) => String(option) === text) ?? text;

/** `a,b`; in a list of objects each text is the object's first field, e.g. a webhook's url. */
function listFromText(text: string, item: v.GenericSchema): unknown[] {
  const texts = text === '' ? [] : text.split(',').map((part) => part.trim());
  const [field] = Object.keys(entriesOf(item));
  return field === undefined ? texts : texts.map((part) => ({ [field]: part }));
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
