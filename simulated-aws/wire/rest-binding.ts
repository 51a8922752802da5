import { XmlShapeDeserializer } from '@aws-sdk/core/protocols';
import { JsonShapeDeserializer, JsonShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { WireResponse } from './http-messages.ts';
import type { RestRequest, Route } from './rest-route.ts';
import { textOf, valueFrom, xmlContent } from './schema-values.ts';
import type { OperationModel, ServiceModel } from './service-models.ts';

const XML_SETTINGS = {
  timestampFormat: { useTrait: true, default: 5 },
  httpBindings: true,
  xmlNamespace: '',
  serviceNamespace: '',
} as const;
const JSON_SETTINGS = { timestampFormat: { useTrait: true, default: 7 }, jsonName: true } as const;

/** Reads each member of the input from its place: path, query, headers or body. Source: Smithy, "HTTP bindings". */
export function readRestInput(
  { protocol }: ServiceModel,
  { operation, labels }: Route,
  request: RestRequest,
  body: Buffer,
): Record<string, unknown> {
  const { input } = operation;
  if (!input.isStructSchema()) return {};
  const read: Record<string, unknown> = {};
  let hasBodyMembers = false;
  for (const [name, member] of input.structIterator()) {
    const { httpLabel, httpQuery, httpHeader, httpPrefixHeaders, httpPayload } = member.getMergedTraits();
    const text = httpLabel
      ? labels[name]
      : httpQuery
        ? (request.query.get(httpQuery) ?? undefined)
        : httpHeader && request.headers[httpHeader.toLowerCase()];
    if (text !== undefined)
      read[name] = member.isListSchema() ? listOf(member, text) : valueFrom(member, text);
    else if (httpPrefixHeaders) Object.assign(read, withPrefix(name, request.headers, httpPrefixHeaders));
    else if (httpPayload && body.length > 0) read[name] = payload(protocol, member, body);
    hasBodyMembers ||= !(httpLabel || httpQuery || httpHeader || httpPrefixHeaders || httpPayload);
  }
  const document = hasBodyMembers && body.length > 0 ? readDocument(protocol, input, body) : {};
  return { ...(document as object), ...read };
}

function listOf(list: NormalizedSchema, text: string): unknown[] {
  return text.split(',').map((item) => valueFrom(list.getValueSchema(), item.trim()));
}

/** The member with what the headers of that prefix say; none without such a header. */
function withPrefix(
  member: string,
  headers: RestRequest['headers'],
  prefix: string,
): Record<string, Record<string, string>> {
  const named = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  if (named.length === 0) return {};
  return { [member]: Object.fromEntries(named.map(([name, text]) => [name.slice(prefix.length), text])) };
}

function payload(protocol: ServiceModel['protocol'], member: NormalizedSchema, body: Buffer): unknown {
  if (member.isBlobSchema()) return new Uint8Array(body);
  return member.isStringSchema() ? body.toString() : readDocument(protocol, member, body);
}

function readDocument(protocol: ServiceModel['protocol'], schema: NormalizedSchema, body: Buffer): unknown {
  return protocol === 's3'
    ? new XmlShapeDeserializer(XML_SETTINGS).read(schema, body)
    : new JsonShapeDeserializer(JSON_SETTINGS).readObject(schema, JSON.parse(body.toString()));
}

/**
 * Writes each member of the output to its place.
 * @throws Error for a member that the output does not have.
 */
export function writeRestOutput(
  { protocol, xmlNamespace }: ServiceModel,
  { http, output }: OperationModel,
  value: Readonly<Record<string, unknown>>,
): WireResponse {
  const headers: Record<string, string> = {};
  let status = http?.[2] ?? 200;
  let body: Buffer = Buffer.alloc(0);
  const members = output.isStructSchema() ? output.getMemberSchemas() : {};
  const document: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const member = members[name];
    if (!member) throw new Error(`${output.getName(true)} has no member ${name}`);
    if (part === undefined || part === null) continue;
    const { httpHeader, httpPrefixHeaders, httpResponseCode, httpPayload } = member.getMergedTraits();
    if (httpHeader) headers[httpHeader.toLowerCase()] = textOf(member, part, 'http');
    else if (httpPrefixHeaders)
      for (const [key, text] of Object.entries(part)) headers[`${httpPrefixHeaders}${key}`] = String(text);
    else if (httpResponseCode) status = Number(part);
    else if (httpPayload) body = writePayload(protocol, xmlNamespace, member, part);
    else document[name] = part;
  }
  const hasPayload = Object.values(members).some((member) => member.getMergedTraits().httpPayload);
  const isDocument = !hasPayload && Object.values(members).some(isInBody);
  if (isDocument) body = writeDocument(protocol, xmlNamespace, output, document);
  if (body.length > 0) headers['content-type'] ??= protocol === 's3' ? 'application/xml' : 'application/json';
  return { status, headers, body };
}

function isInBody(member: NormalizedSchema): boolean {
  const { httpHeader, httpPrefixHeaders, httpResponseCode } = member.getMergedTraits();
  return !(httpHeader || httpPrefixHeaders || httpResponseCode);
}

function writePayload(
  protocol: ServiceModel['protocol'],
  xmlNamespace: string,
  member: NormalizedSchema,
  part: unknown,
): Buffer {
  if (part instanceof Uint8Array) return Buffer.from(part);
  if (typeof part === 'string') return Buffer.from(part);
  return writeDocument(protocol, xmlNamespace, member, part);
}

function writeDocument(
  protocol: ServiceModel['protocol'],
  xmlNamespace: string,
  schema: NormalizedSchema,
  value: unknown,
): Buffer {
  if (protocol === 's3') {
    const root = schema.getMergedTraits().xmlName ?? schema.getName() ?? '';
    return Buffer.from(`<${root} xmlns="${xmlNamespace}">${xmlContent(schema, value)}</${root}>`);
  }
  const serializer = new JsonShapeSerializer(JSON_SETTINGS);
  serializer.write(schema, value);
  return Buffer.from(String(serializer.flush()));
}
