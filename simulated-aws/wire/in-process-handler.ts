import { Readable } from 'node:stream';
import { buildQueryString, type HttpRequest, HttpResponse } from '@smithy/core/protocols';
import type { HttpHandlerOptions } from '@smithy/types';
import type { Timeline } from '../time/timeline.ts';
import type { Endpoint, WireAnswer } from './endpoint.ts';
import type { WireRequest } from './http-messages.ts';

export interface InProcessHandlerOptions {
  /** Virtual milliseconds after which a call without an answer fails, as with NodeHttpHandler's requestTimeout. */
  readonly requestTimeoutMs?: number;
}

/**
 * An SDK `requestHandler` that reaches a simulated account without any socket. It fails as NodeHttpHandler does with
 * `throwOnRequestTimeout`: AbortError, TimeoutError, ECONNRESET.
 */
export class InProcessHandler {
  readonly metadata = { handlerProtocol: 'http/1.1' };
  readonly #requestTimeoutMs: number;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly timeline: Pick<Timeline, 'after'>,
    options: InProcessHandlerOptions = {},
  ) {
    this.#requestTimeoutMs = options.requestTimeoutMs ?? 10_000;
  }

  async handle(request: HttpRequest, options: HttpHandlerOptions = {}): Promise<{ response: HttpResponse }> {
    // The SDK's type also allows an older signal of the SDK's own, which nobody uses.
    const abortSignal = options.abortSignal as AbortSignal | undefined;
    const timeoutMs = options.requestTimeout ?? this.#requestTimeoutMs;
    const wire = await wireRequest(request);
    if (abortSignal?.aborted) throw abortError(abortSignal.reason);
    const answer = await new Promise<WireAnswer>((resolve, reject) => {
      const onAbort = () => finish(() => reject(abortError(abortSignal?.reason)));
      const stopWaiting = this.timeline.after(timeoutMs, () => finish(() => reject(timeoutError(timeoutMs))));
      const finish = (end: () => void) => {
        stopWaiting();
        abortSignal?.removeEventListener('abort', onAbort);
        end();
      };
      abortSignal?.addEventListener('abort', onAbort, { once: true });
      this.endpoint.receive(wire, (answered) => {
        if (answered !== 'hang') finish(() => resolve(answered));
      });
    });
    if (answer === 'hang' || answer === 'reset') throw resetError();
    return { response: httpResponse(answer) };
  }

  /** Nothing to close. */
  destroy(): void {}

  /** Nothing of a connection can be configured here. */
  updateHttpClientConfig(): void {}

  httpHandlerConfigs(): Record<string, never> {
    return {};
  }
}

async function wireRequest(request: HttpRequest): Promise<WireRequest> {
  const query = buildQueryString(request.query);
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method: request.method,
    path: query ? `${request.path}?${query}` : request.path,
    headers: { host: request.hostname, ...Object.fromEntries(headers) },
    body: await bytesOf(request.body),
  };
}

/** A body as the SDK has it: text, bytes or a stream. */
async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array | string>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function httpResponse({ status, headers, body }: Exclude<WireAnswer, string>): HttpResponse {
  return new HttpResponse({
    statusCode: status,
    headers: { 'content-length': String(body.length), ...headers },
    body: new Readable({
      read() {
        this.push(body);
        this.push(null);
      },
    }),
  });
}

function abortError(reason: unknown): Error {
  const isError = reason instanceof Error;
  const error = new Error(reason === undefined || isError ? 'Request aborted' : String(reason));
  return Object.assign(error, { name: 'AbortError' }, isError && { cause: reason });
}

const timeoutError = (milliseconds: number): Error =>
  Object.assign(new Error(`a request has exceeded the configured ${milliseconds} ms requestTimeout.`), {
    name: 'TimeoutError',
    code: 'ETIMEDOUT',
  });

/** NodeHttpHandler names every broken connection TimeoutError. */
const resetError = (): Error =>
  Object.assign(new Error('read ECONNRESET'), { name: 'TimeoutError', code: 'ECONNRESET' });
