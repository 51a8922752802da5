import { JsonShapeDeserializer, JsonShapeSerializer } from '@smithy/core/protocols';
import { ServiceError } from '../core/service.ts';
import {
  bucketOf,
  type CredentialScope,
  credentialScope,
  type Protocol,
  type WireRequest,
  type WireResponse,
  withoutChunks,
} from './http-messages.ts';
import { readQueryForm } from './query-form.ts';
import { readRestInput, writeRestOutput } from './rest-binding.ts';
import { type RestRequest, requiredMembers, routeOf } from './rest-route.ts';
import { xmlContent } from './schema-values.ts';
import { type OperationModel, type ServiceModel, serviceModel } from './service-models.ts';

/** A request as the service understands it. */
export interface WireCall extends CredentialScope {
  readonly protocol: Protocol;
  /** The API name; `METHOD /path` when no operation of the service fits. */
  readonly operation: string;
  /** In the SDK's own type; empty when it could not be read. */
  readonly input: unknown;
  readonly model?: { readonly service: ServiceModel; readonly operation: OperationModel };
  /** The error with which the service refuses to read it. */
  readonly malformed?: ServiceError;
}

const JSON_SETTINGS = { timestampFormat: { useTrait: true, default: 7 }, jsonName: false } as const;

/** Reads a signed request by the schemas of the SDK; never throws. An unsigned request has an empty scope. */
export function decodeCall(request: WireRequest): WireCall {
  const [pathname = '/', search = ''] = request.path.split('?');
  const query = new URLSearchParams(search);
  const scope = credentialScope(request.headers, query) ?? { accessKeyId: '', region: '', service: '' };
  const service = serviceModel(scope.service);
  const form = isForm(request) ? new URLSearchParams(request.body.toString()) : undefined;
  const target = request.headers['x-amz-target'];
  const named = form?.get('Action') ?? target?.split('.').at(-1);
  if (service && (service.protocol === 's3' || service.protocol === 'rest-json'))
    return decodeRest(scope, service, request, pathname, query);
  const protocol = service?.protocol ?? (target ? 'json' : form ? 'query' : 'rest-json');
  const call = { ...scope, protocol, operation: named ?? `${request.method} ${pathname}`, input: {} };
  const operation = service?.operations.get(call.operation);
  if (!service || !operation) return call;
  return readCall(call, service, operation, () =>
    service.protocol === 'json'
      ? new JsonShapeDeserializer(JSON_SETTINGS).readObject(operation.input, JSON.parse(`${request.body}`))
      : readQueryForm(form ?? query, operation.input, service.protocol === 'query' ? 'query' : 'ec2-query'),
  );
}

const isForm = ({ headers }: WireRequest) =>
  (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');

function decodeRest(
  scope: CredentialScope,
  service: ServiceModel,
  wire: WireRequest,
  pathname: string,
  query: URLSearchParams,
): WireCall {
  const { method, headers } = wire;
  const place = service.protocol === 's3' ? bucketOf(headers['host'] ?? '', pathname) : { path: pathname };
  const request: RestRequest = { method, headers, query, ...place };
  const route = routeOf(service, request);
  const call = { ...scope, protocol: service.protocol, input: {} };
  if (!route) return { ...call, operation: `${method} ${pathname}` };
  return readCall({ ...call, operation: route.operation.name }, service, route.operation, () => {
    const { headers, body } = withoutChunks(wire);
    return readRestInput(service, route, { ...request, headers }, body);
  });
}

function readCall(
  call: Omit<WireCall, 'model' | 'malformed'>,
  service: ServiceModel,
  operation: OperationModel,
  read: () => unknown,
): WireCall {
  const model = { service, operation };
  try {
    const input = read();
    const missing = requiredMembers(operation.input).find(
      (member) => (input as Record<string, unknown>)[member.getMemberName()] === undefined,
    );
    if (!missing) return { ...call, model, input };
    return { ...call, model, input, malformed: missingParameter(service.protocol, missing.getMemberName()) };
  } catch (thrown) {
    const malformed =
      thrown instanceof ServiceError ? thrown : new ServiceError('SerializationException', String(thrown));
    return { ...call, model, malformed };
  }
}

/** Sources: EC2 API error codes; IAM, "Common errors". */
function missingParameter(protocol: Protocol, name: string): ServiceError {
  if (protocol === 'ec2-query')
    return new ServiceError('MissingParameter', `The request must contain the parameter ${name}`);
  return new ServiceError(
    protocol === 'query' ? 'ValidationError' : 'ValidationException',
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/**
 * The answer of an operation that was performed.
 * @throws Error when the output is not what the operation's schema says.
 */
export function encodeOutput(call: WireCall, output: unknown, requestId: string): WireResponse {
  if (!call.model) throw new Error(`${call.service} has no operation ${call.operation}`);
  const { service, operation } = call.model;
  const value = (output ?? {}) as Record<string, unknown>;
  switch (service.protocol) {
    case 's3':
    case 'rest-json':
      return writeRestOutput(service, operation, value);
    case 'json': {
      const serializer = new JsonShapeSerializer(JSON_SETTINGS);
      serializer.write(operation.output, value);
      const text = operation.output.isStructSchema() ? String(serializer.flush()) : '{}';
      return {
        status: 200,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: Buffer.from(text),
      };
    }
    default:
      return xmlAnswer(service, operation, value, requestId);
  }
}

function xmlAnswer(
  { protocol, xmlNamespace }: ServiceModel,
  { name, output }: OperationModel,
  value: Readonly<Record<string, unknown>>,
  requestId: string,
): WireResponse {
  const isUnit = !output.isStructSchema();
  const content = isUnit ? '' : xmlContent(output, value);
  const inside =
    protocol === 'ec2-query'
      ? `<requestId>${requestId}</requestId>${isUnit ? '<return>true</return>' : content}`
      : `${isUnit ? '' : `<${name}Result>${content}</${name}Result>`}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="${xmlNamespace}">${inside}</${name}Response>`;
  return { status: 200, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body: Buffer.from(xml) };
}
