import type { NormalizedSchema } from '@smithy/core/schema';

/** How timestamps are written where the schema does not say it. */
export type TimestampFormat = 'iso' | 'http' | 'epoch';

/** The number by which a schema asks for a format. */
const FORMAT_OF_SCHEMA: Readonly<Record<number, TimestampFormat>> = { 5: 'iso', 6: 'http', 7: 'epoch' };

/**
 * A value without parts, as text.
 * @throws Error when the value is not what the schema says.
 */
export function textOf(schema: NormalizedSchema, value: unknown, byDefault: TimestampFormat): string {
  if (schema.isTimestampSchema()) {
    if (value instanceof Date) return timestampText(schema, value, byDefault);
  } else if (schema.isBlobSchema()) {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  } else if (typeof value === 'string' && schema.isStringSchema()) return value;
  else if (typeof value === 'boolean' && schema.isBooleanSchema()) return String(value);
  else if (typeof value === 'number' || typeof value === 'bigint') {
    if (schema.isNumericSchema() || schema.isBigIntegerSchema()) return String(value);
  }
  throw new Error(`${schema.getName(true)} cannot be written from ${JSON.stringify(value)}`);
}

function timestampText(schema: NormalizedSchema, value: Date, byDefault: TimestampFormat): string {
  const asked = schema.getSchema();
  const format = (typeof asked === 'number' ? FORMAT_OF_SCHEMA[asked] : undefined) ?? byDefault;
  if (format === 'epoch') return String(value.getTime() / 1000);
  return format === 'http' ? value.toUTCString() : value.toISOString();
}

/** The value without parts that a text stands for. */
export function valueFrom(schema: NormalizedSchema, text: string): unknown {
  if (schema.isTimestampSchema())
    return new Date(/^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  if (schema.isBooleanSchema()) return text.toLowerCase() === 'true';
  if (schema.isNumericSchema()) return Number(text);
  if (schema.isBigIntegerSchema()) return BigInt(text);
  return text;
}

/** Writes a value as XML. */
type Write = (value: unknown) => string;

/** Writers of structures, made once for each, since structures refer to each other and to themselves. */
const writers = new WeakMap<object, Write>();

/**
 * What goes between the tags of an element that holds `value`, as AWS writes its answers. Each structure has a writer
 * made for it, since a page of a thousand instances has some twenty thousand elements. Source: Smithy, "XML
 * serialization".
 * @throws Error for a value or a member that the schema does not have.
 */
export function xmlContent(schema: NormalizedSchema, value: unknown): string {
  return contentWriter(schema)(value);
}

export const escapeXml = (text: string): string =>
  /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`) : text;

function contentWriter(schema: NormalizedSchema): Write {
  if (schema.isStructSchema()) return structWriter(schema);
  if (schema.isListSchema() || schema.isMapSchema())
    throw new Error(`${schema.getName(true)} directly inside a list or a map is not written here`);
  return (value) => escapeXml(textOf(schema, value, 'iso'));
}

function structWriter(schema: NormalizedSchema): Write {
  const key = schema.getSchema() as object;
  const known = writers.get(key);
  if (known) return known;
  const schemas = new Map(schema.structIterator());
  const members = new Map<string, Write>();
  const memberOf = (name: string): Write => {
    const member = schemas.get(name);
    if (!member) throw new Error(`${schema.getName(true)} has no member ${name}`);
    const made = memberWriter(name, member);
    members.set(name, made);
    return made;
  };
  const write: Write = (value) => {
    let content = '';
    for (const [name, part] of Object.entries(value as object))
      if (part !== undefined && part !== null) content += (members.get(name) ?? memberOf(name))(part);
    return content;
  };
  writers.set(key, write);
  return write;
}

function memberWriter(name: string, member: NormalizedSchema): Write {
  const traits = member.getMergedTraits();
  const tag = member.getMemberTraits().xmlName ?? name;
  if (traits.xmlAttribute) throw new Error(`the attribute ${tag} is not written here`);
  if (member.isListSchema()) return listWriter(tag, member);
  if (member.isMapSchema()) return mapWriter(tag, member);
  return elementWriter(tag, contentWriter(member));
}

function listWriter(tag: string, list: NormalizedSchema): Write {
  const element = list.getValueSchema();
  const isFlat = Boolean(list.getMergedTraits().xmlFlattened);
  const item = elementWriter(
    isFlat ? tag : (element.getMergedTraits().xmlName ?? 'member'),
    contentWriter(element),
  );
  const items: Write = (value) => {
    let content = '';
    for (const each of value as Iterable<unknown>) content += item(each);
    return content;
  };
  return isFlat ? items : elementWriter(tag, items);
}

function mapWriter(tag: string, map: NormalizedSchema): Write {
  const [keys, values] = [map.getKeySchema(), map.getValueSchema()];
  const key = elementWriter(keys.getMergedTraits().xmlName ?? 'key', contentWriter(keys));
  const value = elementWriter(values.getMergedTraits().xmlName ?? 'value', contentWriter(values));
  const isFlat = Boolean(map.getMergedTraits().xmlFlattened);
  const entry = isFlat ? tag : 'entry';
  const entries: Write = (written) =>
    Object.entries(written as object)
      .map(([name, each]) => `<${entry}>${key(name)}${value(each)}</${entry}>`)
      .join('');
  return isFlat ? entries : elementWriter(tag, entries);
}

const elementWriter =
  (tag: string, content: Write): Write =>
  (value) =>
    `<${tag}>${content(value)}</${tag}>`;
