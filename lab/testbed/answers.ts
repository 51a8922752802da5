import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../../simulated-aws/host/loopback.ts';
import type { AwsCall, Protocol } from './aws-call.ts';

/**
 * What can go wrong with a call: an AWS error, an answer that never comes, a connection that breaks, an answer
 * that makes no sense, or an answer of one's own.
 */
export type Fault =
  | { readonly kind: 'throttle' | 'server-error' | 'access-denied' }
  | { readonly kind: 'error'; readonly code: string; readonly status: number; readonly message?: string }
  | { readonly kind: 'hang' | 'reset' | 'garbage' }
  | { readonly kind: 'answer'; readonly name: string; readonly answer: Answer };

/** Answers in moto's stead; `forward` asks moto, with another body if one is given. */
export type Answer = (call: AwsCall, forward: (body?: string) => Promise<HttpAnswer>) => Promise<HttpAnswer>;

/** Error code and HTTP status by protocol. Sources: EC2 API error codes, IAM and S3 "Common errors". */
export const FAULT_CODES: Readonly<
  Record<'throttle' | 'server-error' | 'access-denied', Readonly<Record<Protocol, readonly [string, number]>>>
> = {
  throttle: {
    'ec2-query': ['RequestLimitExceeded', 503],
    query: ['Throttling', 400],
    json: ['ThrottlingException', 400],
    s3: ['SlowDown', 503],
    'rest-json': ['TooManyRequestsException', 429],
  },
  'server-error': {
    'ec2-query': ['InternalError', 500],
    query: ['ServiceFailure', 500],
    json: ['InternalServerException', 500],
    s3: ['InternalError', 500],
    'rest-json': ['ServiceException', 500],
  },
  'access-denied': {
    'ec2-query': ['UnauthorizedOperation', 403],
    query: ['AccessDenied', 403],
    json: ['AccessDeniedException', 400],
    s3: ['AccessDenied', 403],
    'rest-json': ['AccessDeniedException', 403],
  },
};

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
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: Buffer.from('<html>\u0000 not AWS <<'),
      };
    case 'error':
      return errorAnswer(call.protocol, fault.code, fault.status, fault.message ?? fault.code);
    default: {
      const [code, status] = FAULT_CODES[fault.kind][call.protocol];
      return errorAnswer(call.protocol, code, status, `injected ${fault.kind} on ${call.operation}`);
    }
  }
}

/** An error in the shape that the protocol's clients parse. */
export function errorAnswer(protocol: Protocol, code: string, status: number, message: string): HttpAnswer {
  const id = randomUUID();
  if (protocol === 'json' || protocol === 'rest-json')
    return {
      status,
      headers: {
        'content-type': protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
        'x-amzn-requestid': id,
        'x-amzn-errortype': code,
      },
      body: Buffer.from(JSON.stringify({ __type: code, message })),
    };
  const error = `<Code>${code}</Code><Message>${message}</Message>`;
  const type = status < 500 ? 'Sender' : 'Receiver';
  return xmlAnswer(
    {
      'ec2-query': `<Response><Errors><Error>${error}</Error></Errors><RequestID>${id}</RequestID></Response>`,
      query: `<ErrorResponse><Error><Type>${type}</Type>${error}</Error><RequestId>${id}</RequestId></ErrorResponse>`,
      s3: `<Error>${error}<RequestId>${id}</RequestId></Error>`,
    }[protocol],
    status,
  );
}

export function xmlAnswer(xml: string, status = 200): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body: Buffer.from(xml) };
}

export function jsonAnswer(body: unknown, status = 200): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
