import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpAnswer, readBody, request, serveOnLoopback } from '../../simulated-aws/host/loopback.ts';
import { answerOf } from './answers.ts';
import { type AwsCall, identifyCall } from './aws-call.ts';
import { Rules } from './rules.ts';

/** A proxy between the SDK and moto that records calls and injects faults. */
export interface RecordingProxy {
  readonly port: number;
  readonly url: string;
  /** Every call so far, in order of arrival. */
  readonly calls: readonly AwsCall[];
  readonly rules: Rules;
  /** Milliseconds that each call takes longer than moto needs. */
  delayMs: number;
  /**
   * Awaited before a call is forwarded, and after moto has acted on it but before the caller is told: the two
   * moments at which a killed process leaves different states behind.
   */
  onCall?: (call: AwsCall, phase: 'before' | 'after') => void | Promise<void>;
  forgetCalls(): void;
  stop(): Promise<void>;
}

/** Starts a proxy in front of `upstream`, e.g. `moto.url`. `wait` is what lets `delayMs` pass. */
export async function startProxy(
  upstream: string,
  { wait = sleep }: { readonly wait?: (milliseconds: number) => Promise<unknown> } = {},
): Promise<RecordingProxy> {
  const calls: AwsCall[] = [];
  let sequence = 0;
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch((thrown: unknown) => outgoing.destroy(thrown as Error));
  });
  const { port, url, close } = await serveOnLoopback(server);
  const proxy: RecordingProxy = {
    port,
    url,
    calls,
    rules: new Rules(),
    delayMs: 0,
    forgetCalls: () => {
      calls.length = 0;
    },
    stop: close,
  };
  return proxy;

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const body = await readBody(incoming);
    const call = identifyCall({ method, path, headers, body }, ++sequence);
    calls.push(call);
    outgoing.once('close', () => {
      call.endedAt ??= performance.now();
    });
    await proxy.onCall?.(call, 'before');
    if (proxy.delayMs > 0) await wait(proxy.delayMs);
    const forward = (changed?: string) =>
      request(`${upstream}${path}`, {
        method,
        headers:
          changed === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(changed) },
        body: changed ?? body,
      });
    const fault = proxy.rules.ruleFor(call)?.fault;
    if (fault) call.fault = fault.kind === 'answer' ? fault.name : fault.kind;
    if (fault?.kind === 'hang') return; // until the client gives up, or the proxy stops
    if (fault?.kind === 'reset') {
      outgoing.socket?.resetAndDestroy();
      return;
    }
    const answer = fault ? await answerOf(fault, call, forward) : await forward();
    if (answer) call.status = answer.status;
    await proxy.onCall?.(call, 'after');
    if (answer) send(outgoing, call, answer);
  }
}

function send(outgoing: ServerResponse, call: AwsCall, answer: HttpAnswer): void {
  call.endedAt = performance.now();
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && !/^(connection|transfer-encoding|content-length|keep-alive)$/i.test(name))
      outgoing.setHeader(name, value);
  outgoing.statusCode = answer.status;
  if (call.method !== 'HEAD') outgoing.setHeader('content-length', answer.body.length);
  else if (answer.headers['content-length'])
    outgoing.setHeader('content-length', answer.headers['content-length']);
  outgoing.end(answer.body);
}
