import type { IncomingHttpHeaders } from 'node:http';
import type { Protocol } from '../../simulated-aws/wire/http-messages.ts';

/** One API call, as the wire shows it. */
export interface AwsCall {
  /** Order of arrival, from 1. */
  readonly sequence: number;
  /** The signing name in the credential scope: `ec2`, `iam`, `autoscaling`, `s3`; empty when unsigned. */
  readonly service: string;
  readonly region: string;
  /** The API operation: `StopInstances`. For a path that is not known here, `METHOD /path`. */
  readonly operation: string;
  readonly protocol: Protocol;
  readonly accessKeyId: string;
  readonly method: string;
  readonly path: string;
  /** Form fields, or the top level of a JSON body; other bodies are only in `body`. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** When the answer had been sent, or the connection was given up. */
  endedAt?: number;
  /** HTTP status of the answer; missing when there was none. */
  status?: number;
  /** What was done to it instead of, or before, forwarding. */
  fault?: string;
}

const SCOPE = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/** Reads service, region, operation and parameters off a signed request (SigV4 credential scope). */
export function identifyCall(
  request: { method: string; path: string; headers: IncomingHttpHeaders; body: Buffer },
  sequence: number,
): AwsCall {
  const [, accessKeyId = '', region = '', service = ''] =
    SCOPE.exec(request.headers.authorization ?? '') ?? presigned(request.path);
  const { method, path, body, headers } = request;
  const call = { sequence, service, region, accessKeyId, method, path, body, startedAt: performance.now() };
  const target = headers['x-amz-target'];
  if (typeof target === 'string')
    return {
      ...call,
      protocol: 'json',
      operation: target.split('.').at(-1) ?? target,
      parameters: parseJson(body),
    };
  if ((headers['content-type'] ?? '').includes('x-www-form-urlencoded')) {
    const parameters = Object.fromEntries(new URLSearchParams(body.toString()));
    if (parameters['Action'])
      return {
        ...call,
        protocol: service === 'ec2' ? 'ec2-query' : 'query',
        operation: parameters['Action'],
        parameters,
      };
  }
  if (service === 's3')
    return { ...call, protocol: 's3', operation: s3Operation(method, path), parameters: {} };
  return {
    ...call,
    protocol: 'rest-json',
    operation: restOperation(method, path),
    parameters: parseJson(body),
  };
}

function presigned(path: string): RegExpExecArray | [] {
  const credential = new URLSearchParams(path.split('?')[1] ?? '').get('X-Amz-Credential');
  return (credential && SCOPE.exec(`Credential=${credential}`)) || [];
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return parsed !== null && typeof parsed === 'object' ? { ...parsed } : {};
  } catch {
    return {}; // an empty or binary body has no parameters
  }
}

/** Path-style addressing, which is what clients use on `localhost`. */
function s3Operation(method: string, path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  const hasKey = /^\/[^/]+\/./.test(pathname);
  const subresource = ['versioning', 'policy', 'lifecycle', 'versions'].find((name) =>
    searchParams.has(name),
  );
  if (hasKey)
    return (
      { GET: 'GetObject', PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method] ?? method
    );
  if (subresource) return `${method} ${subresource}`;
  if (method === 'GET') return pathname === '/' ? 'ListBuckets' : 'ListObjectsV2';
  return (
    { PUT: 'CreateBucket', HEAD: 'HeadBucket', DELETE: 'DeleteBucket', POST: 'DeleteObjects' }[method] ??
    method
  );
}

function restOperation(method: string, path: string): string {
  const [pathname = ''] = path.split('?');
  const lambda = /^\/2015-03-31\/functions\/[^/]+(\/invocations|\/configuration)?$/.exec(pathname);
  if (lambda && method === 'POST' && lambda[1] === '/invocations') return 'Invoke';
  if (lambda && method === 'GET')
    return lambda[1] === '/configuration' ? 'GetFunctionConfiguration' : 'GetFunction';
  return `${method} ${pathname}`;
}
