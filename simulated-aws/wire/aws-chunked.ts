import type { WireRequest } from './http-messages.ts';

const LINE_END = '\r\n';

/**
 * Takes S3's own chunking off a request, and what it says of it in the headers. Trailers become headers.
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
