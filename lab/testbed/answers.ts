import { randomUUID } from 'node:crypto';
import { ServiceError } from '../../simulated-aws/core/service.ts';
import type { HttpAnswer } from '../../simulated-aws/host/loopback.ts';
import type { WireFault } from '../../simulated-aws/wire/fault-rules.ts';
import type { Protocol } from '../../simulated-aws/wire/http-messages.ts';
import { encodeError, FOREIGN_ANSWERS, refusalOf } from '../../simulated-aws/wire/refusals.ts';
import type { AwsCall } from './aws-call.ts';

/** What can go wrong with a call on its way to moto; or an answer of one's own. */
export type Fault = WireFault | { readonly kind: 'answer'; readonly name: string; readonly answer: Answer };

/** Answers in moto's stead; `forward` asks moto, with another body if one is given. */
export type Answer = (call: AwsCall, forward: (body?: string) => Promise<HttpAnswer>) => Promise<HttpAnswer>;

/** The answer that a fault stands for; undefined for `hang` and `reset`, which have none. */
export async function answerOf(
  fault: Fault,
  call: AwsCall,
  forward: (body?: string) => Promise<HttpAnswer>,
): Promise<HttpAnswer | undefined> {
  switch (fault.kind) {
    case 'hang':
    case 'reset':
      return undefined;
    case 'answer':
      return fault.answer(call, forward);
    case 'garbage':
    case 'html':
    case 'empty':
    case 'json':
      return FOREIGN_ANSWERS[fault.kind];
    case 'error':
      return errorAnswer(call.protocol, fault.code, fault.status, fault.message ?? fault.code);
    default: {
      const { code, status } = refusalOf(fault.kind, call);
      return errorAnswer(call.protocol, code, status, `injected ${fault.kind} on ${call.operation}`);
    }
  }
}

/** An error in the shape that the protocol's clients parse. */
export function errorAnswer(protocol: Protocol, code: string, status: number, message: string): HttpAnswer {
  const id = randomUUID();
  const answer = encodeError(protocol, new ServiceError(code, message, status), id);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': id } };
}

export function xmlAnswer(xml: string, status = 200): HttpAnswer {
  return { status, headers: headersOf('text/xml;charset=UTF-8'), body: Buffer.from(xml) };
}

export function jsonAnswer(body: unknown, status = 200): HttpAnswer {
  return {
    status,
    headers: headersOf('application/x-amz-json-1.1'),
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** AWS gives each answer a request id. */
const headersOf = (contentType: string) => ({
  'content-type': contentType,
  'x-amzn-requestid': randomUUID(),
});
