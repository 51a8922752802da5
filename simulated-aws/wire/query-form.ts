import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from '../core/service.ts';
import { valueFrom } from './schema-values.ts';

/** One field of a form, `Filter.1.Name=…`, by the parts of its name. */
interface Field {
  text?: string;
  readonly parts: Map<string, Field>;
  /** Full name, as sent. */
  readonly name: string;
  isRead: boolean;
}

/**
 * Reads the input of a query operation from its form, by the operation's schema. EC2 writes lists flat and begins each
 * name with a capital. Sources: Smithy, "AWS query protocol" and "AWS EC2 query protocol".
 * @throws ServiceError for a parameter that the operation does not have.
 */
export function readQueryForm(
  form: URLSearchParams,
  input: NormalizedSchema,
  protocol: 'ec2-query' | 'query',
): unknown {
  const root = tree(form);
  const value = input.isStructSchema() ? new FormReader(protocol === 'ec2-query').read(input, root) : {};
  const unread = firstUnread(root);
  if (unread === undefined) return value;
  throw protocol === 'ec2-query'
    ? new ServiceError('UnknownParameter', `The parameter ${unread} is not recognized`)
    : new ServiceError('ValidationError', `The parameter ${unread} is not recognized`);
}

class FormReader {
  constructor(private readonly isEc2: boolean) {}

  read(schema: NormalizedSchema, field: Field): unknown {
    field.isRead = true;
    if (schema.isStructSchema()) return this.#struct(schema, field);
    if (schema.isListSchema()) return this.#list(schema, field);
    if (schema.isMapSchema()) return this.#map(schema, field);
    return valueFrom(schema, field.text ?? '');
  }

  #struct(schema: NormalizedSchema, field: Field): Record<string, unknown> {
    const struct: Record<string, unknown> = {};
    for (const [name, member] of schema.structIterator()) {
      const part = field.parts.get(this.#wireName(name, member));
      if (part) struct[name] = this.read(member, part);
    }
    return struct;
  }

  #list(schema: NormalizedSchema, field: Field): unknown[] {
    const element = schema.getValueSchema();
    const isFlat = this.isEc2 || schema.getMergedTraits().xmlFlattened;
    const items = isFlat ? field : field.parts.get(element.getMergedTraits().xmlName ?? 'member');
    return inOrder(items).map((item) => this.read(element, item));
  }

  #map(schema: NormalizedSchema, field: Field): Record<string, unknown> {
    const [keys, values] = [schema.getKeySchema(), schema.getValueSchema()];
    const entries = schema.getMergedTraits().xmlFlattened ? field : field.parts.get('entry');
    return Object.fromEntries(
      inOrder(entries).flatMap((entry): [string, unknown][] => {
        const key = entry.parts.get(keys.getMergedTraits().xmlName ?? 'key');
        const value = entry.parts.get(values.getMergedTraits().xmlName ?? 'value');
        return key && value ? [[String(this.read(keys, key)), this.read(values, value)]] : [];
      }),
    );
  }

  #wireName(name: string, member: NormalizedSchema): string {
    const { ec2QueryName, xmlName } = member.getMergedTraits();
    if (this.isEc2 && typeof ec2QueryName === 'string') return ec2QueryName;
    const wireName = xmlName ?? name;
    return this.isEc2 ? wireName.charAt(0).toUpperCase() + wireName.slice(1) : wireName;
  }
}

function tree(form: URLSearchParams): Field {
  const root: Field = { parts: new Map(), name: '', isRead: true };
  for (const [name, text] of form) {
    if (name === 'Action' || name === 'Version') continue;
    let field = root;
    for (const part of name.split('.')) {
      const next = field.parts.get(part) ?? { parts: new Map(), name, isRead: false };
      field.parts.set(part, next);
      field = next;
    }
    field.text = text;
  }
  return root;
}

const inOrder = (items: Field | undefined): Field[] =>
  [...(items?.parts ?? [])].sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item);

function firstUnread(field: Field): string | undefined {
  for (const part of field.parts.values()) {
    const unread = part.text !== undefined && !part.isRead ? part.name : firstUnread(part);
    if (unread !== undefined) return unread;
  }
  return undefined;
}
