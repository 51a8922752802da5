import type * as v from 'valibot';
import { settingsSchema } from '../lambda/core/settings.ts';
import { entriesOf, itemOf, unwrapped } from './schema-shape.ts';

/** The schema of the setting at a dotted path, without its optional wrappers; undefined when there is no such setting. */
export function settingAt(path: readonly string[]): v.GenericSchema | undefined {
  let found: v.GenericSchema = settingsSchema;
  for (const name of path) {
    const entries = entriesOf(found);
    const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
    if (!entry) return undefined;
    found = unwrapped(entry);
  }
  return found;
}

/** Text from the command line in the type that the schema wants; what does not fit is left for the schema to refuse. */
export function fromText(text: string, schema: v.GenericSchema): unknown {
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
