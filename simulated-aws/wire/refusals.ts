import { ServiceError } from '../core/service.ts';
import type { WireCall } from './codec.ts';
import type { ForeignAnswer } from './fault-rules.ts';
import type { Protocol, WireResponse } from './http-messages.ts';
import { escapeXml } from './schema-values.ts';

/** Why a call is refused, whatever its operation is. */
export type Refusal = 'throttle' | 'server-error' | 'access-denied' | 'unknown-key' | 'unsigned';

type Code = readonly [code: string, status: number];

/** Sources: EC2 API error codes; IAM, S3, Lambda and Budgets API references, "Common errors". */
const CODES: Readonly<Record<Refusal, Readonly<Record<Protocol, Code>>>> = {
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
  'unknown-key': {
    'ec2-query': ['AuthFailure', 401],
    query: ['InvalidClientTokenId', 403],
    json: ['UnrecognizedClientException', 400],
    s3: ['InvalidAccessKeyId', 403],
    'rest-json': ['UnrecognizedClientException', 403],
  },
  unsigned: {
    'ec2-query': ['MissingAuthenticationToken', 403],
    query: ['MissingAuthenticationToken', 403],
    json: ['MissingAuthenticationTokenException', 400],
    s3: ['AccessDenied', 403],
    'rest-json': ['MissingAuthenticationTokenException', 403],
  },
};

/** AWS's own messages, as far as they are known. */
const MESSAGES: Record<Refusal, string> = {
  throttle: 'Rate exceeded',
  'server-error': 'An internal error has occurred',
  'access-denied': 'You are not authorized to perform this operation.',
  'unknown-key': 'The security token included in the request is invalid.',
  unsigned: 'Request is missing Authentication Token',
};

/** The error with which the call's service refuses it. */
export function refusalOf(refusal: Refusal, { protocol }: Pick<WireCall, 'protocol'>): ServiceError {
  const [code, status] = CODES[refusal][protocol];
  const isEc2Throttle = refusal === 'throttle' && protocol === 'ec2-query';
  return new ServiceError(code, isEc2Throttle ? 'Request limit exceeded.' : MESSAGES[refusal], status);
}

/** An error in the form that the protocol's clients read. An answer to HEAD has no body. */
export function encodeError(
  protocol: Protocol,
  { code, message, status }: ServiceError,
  requestId: string,
  method = 'POST',
): WireResponse {
  if (protocol === 'json' || protocol === 'rest-json')
    return {
      status,
      headers: {
        'content-type': protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
        'x-amzn-errortype': code,
      },
      body: Buffer.from(JSON.stringify({ __type: code, message, Message: message })),
    };
  const error = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  const type = status < 500 ? 'Sender' : 'Receiver';
  const xml = {
    'ec2-query': `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    query: `<ErrorResponse><Error><Type>${type}</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    s3: `<Error>${error}<RequestId>${requestId}</RequestId></Error>`,
  }[protocol];
  const body = Buffer.from(method === 'HEAD' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8' }, body };
}

const foreign = (contentType: string, body: string): WireResponse => ({
  status: 200,
  headers: { 'content-type': contentType },
  body: Buffer.from(body),
});

/** What a proxy, a filter or a login page may answer in place of AWS: none of it has a request id. */
export const FOREIGN_ANSWERS: Readonly<Record<ForeignAnswer, WireResponse>> = {
  garbage: foreign('text/html', '<html>\u0000 not AWS <<'),
  html: foreign(
    'text/html; charset=utf-8',
    '<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><p>Please sign in</p></body></html>\n',
  ),
  empty: { status: 200, headers: {}, body: Buffer.alloc(0) },
  json: foreign('application/json', '{"status":"blocked","message":"This page is blocked"}'),
};

/** Whether an answer is of that kind. */
export const isForeign = (kind: string): kind is ForeignAnswer => Object.hasOwn(FOREIGN_ANSWERS, kind);
