/** The wire protocols of AWS services. */
export type Protocol = 'ec2-query' | 'query' | 'json' | 's3' | 'rest-json';

/** A request as it arrives; header names in lower case. */
export interface WireRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  /** By lower-case names; without content-length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Who signed a request, for which service and region: the credential scope of Signature Version 4. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name. */
  readonly service: string;
}

const SCOPE = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/**
 * Reads the scope from the Authorization header, or from the query of a presigned address; undefined for a request that
 * is not signed. Nobody checks the signature itself. Source: IAM user guide, "Elements of an AWS API request
 * signature".
 */
export function credentialScope(
  headers: Readonly<Record<string, string>>,
  query: URLSearchParams,
): CredentialScope | undefined {
  const credential =
    /Credential=([^,\s]+)/.exec(headers['authorization'] ?? '')?.[1] ?? query.get('X-Amz-Credential') ?? '';
  const [, accessKeyId, region, service] = SCOPE.exec(credential) ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined;
}

/** An S3 request's bucket, from the host name or the path, and the path below the bucket. */
export function bucketOf(host: string, path: string): { readonly bucket?: string; readonly path: string } {
  const inHost = /^(.+?)\.(?:s3[.-].*amazonaws\.com|localhost)(?::\d+)?$/.exec(host)?.[1];
  if (inHost) return { bucket: inHost, path };
  const [, bucket, below = ''] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  return bucket ? { bucket: decodeURIComponent(bucket), path: below || '/' } : { path };
}

const LINE_END = '\r\n';

/**
 * Removes S3's own chunking from a request's body and headers. Trailers become headers.
 * Source: S3 API reference, "Signature calculations for trailing headers".
 * @throws Error for a body that ends in the middle of a chunk.
 */
export function withoutChunks(request: WireRequest): Pick<WireRequest, 'headers' | 'body'> {
  const { headers } = request;
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  const isSigned = headers['x-amz-content-sha256']?.startsWith('STREAMING-');
  if (!isSigned && !encodings.includes('aws-chunked')) return request;
  const { body, trailers } = unchunk(request.body);
  const { 'content-encoding': _, ...others } = headers;
  const kept = encodings.filter((encoding) => encoding !== '' && encoding !== 'aws-chunked').join(',');
  const encoding = kept ? { 'content-encoding': kept } : {};
  return { body, headers: { ...others, ...encoding, ...trailers, 'content-length': String(body.length) } };
}

/** Each chunk is `SIZE;chunk-signature=…`, the bytes and a line's end; after the empty one come the trailers. */
function unchunk(chunked: Buffer): { body: Buffer; trailers: Record<string, string> } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = chunked.indexOf(LINE_END, at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(chunked.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + LINE_END.length;
    if (Number.isNaN(size) || start + size > chunked.length)
      throw new Error('an aws-chunked body is cut off');
    if (size === 0)
      return { body: Buffer.concat(parts), trailers: trailersOf(chunked.toString('latin1', start)) };
    parts.push(chunked.subarray(start, start + size));
    at = start + size + LINE_END.length;
  }
}

function trailersOf(text: string): Record<string, string> {
  const lines = text.split(LINE_END).filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.trim().toLowerCase(), value.join(':').trim()];
    }),
  );
}
