import type * as v from 'valibot';

/**
 * The schema at a dotted path, without its optional and pipe wrappers; undefined when there is no such setting.
 */
export function shapeOf(schema: v.GenericSchema, path: readonly string[]): v.GenericSchema | undefined {
  const bare = unwrapped(schema);
  const [head, ...rest] = path;
  if (head === undefined) return bare;
  const entry = Object.hasOwn(entriesOf(bare), head) ? entriesOf(bare)[head] : undefined;
  return entry && shapeOf(entry, rest);
}

/** The schema inside `optional` and at the start of a `pipe`. */
export function unwrapped(schema: v.GenericSchema): v.GenericSchema {
  if ('wrapped' in schema) return unwrapped(schema.wrapped as v.GenericSchema);
  return schema;
}

/** An object schema's fields; none for every other schema. */
export function entriesOf(schema: v.GenericSchema): Readonly<Record<string, v.GenericSchema>> {
  return 'entries' in schema ? (schema.entries as Record<string, v.GenericSchema>) : {};
}

/** An array schema's item. */
export function itemOf(schema: v.GenericSchema): v.GenericSchema | undefined {
  return 'item' in schema ? (schema.item as v.GenericSchema) : undefined;
}
