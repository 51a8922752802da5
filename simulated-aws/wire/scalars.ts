import type { NormalizedSchema } from '@smithy/core/schema';

/** How a place on the wire writes moments in time when the schema does not say. */
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
