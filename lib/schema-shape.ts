import type * as v from 'valibot';

/** The schema inside `optional` and its like; a `pipe` is already the schema that it begins with. */
export const unwrapped = (schema: v.GenericSchema): v.GenericSchema =>
  'wrapped' in schema ? unwrapped(schema.wrapped as v.GenericSchema) : schema;

/** An object schema's fields; none for every other schema. */
export const entriesOf = (schema: v.GenericSchema): Readonly<Record<string, v.GenericSchema>> =>
  'entries' in schema ? (schema.entries as Record<string, v.GenericSchema>) : {};

/** An array schema's item. */
export const itemOf = (schema: v.GenericSchema): v.GenericSchema | undefined =>
  'item' in schema ? (schema.item as v.GenericSchema) : undefined;
