import { collectBody } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import { getSmithyContext } from '@smithy/core/transport';
import type {
  DeserializeHandler,
  HandlerExecutionContext,
  HttpResponse,
  SerdeContext,
  StaticOperationSchema,
} from '@smithy/types';
import { STRANGER } from '../../core/model.ts';

/**
 * An answer with status 200 that AWS did not give: a login page, a filter's notice, nothing. The SDK reads most of
 * these as an empty result. A change that is answered like this may have been made.
 */
export class UnknownAnswer extends Error {
  override readonly name = 'UnknownAnswer';
  /** The call is repeated like any that got no answer. */
  readonly $retryable = { throttling: false };

  constructor(operation: string, missing: string) {
    super(`not AWS's answer to ${operation}: it has no ${missing}. ${STRANGER}`);
  }
}

/** What the check needs to know of a client. */
export interface AnsweredClient {
  readonly config: Partial<Pick<SerdeContext, 'streamCollector'>> & {
    readonly protocol: { getShapeId(): string };
  };
}

/**
 * A middleware for the SDK's step `deserialize`: it lets only those answers through that have AWS's request id and the
 * operation's own result. It stands before the SDK's own reader, and inside its retries. Errors pass: a status from
 * 300 on fails in any case.
 * @param onDate is told AWS's time of each answer that has a request id, in ms since 1970, exact to the second.
 */
export const onlyFromAws =
  (client: AnsweredClient, onDate: (awsTime: number) => void) =>
  <I extends object, O extends object>(
    next: DeserializeHandler<I, O>,
    context: HandlerExecutionContext,
  ): DeserializeHandler<I, O> =>
  async (args) => {
    const result = await next(args);
    const response = result.response as HttpResponse;
    const awsTime = hasRequestId(response) ? Date.parse(headerOf(response, /^date$/i) ?? '') : Number.NaN;
    if (Number.isFinite(awsTime)) onDate(awsTime);
    if (response.statusCode >= 300) return result;
    const { operationSchema } = getSmithyContext(context) as { operationSchema: StaticOperationSchema };
    const [, , operation, , , output] = operationSchema;
    const expected = { operation, output: NormalizedSchema.of(output) };
    const isStream = Object.values(membersOf(expected.output)).some((member) => member.isStreaming());
    const body = isStream ? undefined : await bodyOf(client, response);
    const missing = missingIn(client.config.protocol.getShapeId(), expected, hasRequestId(response), body);
    if (missing === undefined) return result;
    (response.body as { destroy?: () => void } | undefined)?.destroy?.(); // a stream would keep its connection
    throw new UnknownAnswer(operation, missing);
  };

/** The whole body. The SDK reads the same bytes afterwards. */
async function bodyOf({ config }: AnsweredClient, response: HttpResponse): Promise<Buffer> {
  const bytes = await collectBody(response.body, config as SerdeContext);
  response.body = bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface Expected {
  readonly operation: string;
  readonly output: NormalizedSchema;
}

/**
 * What an answer of AWS would have and this one has not; undefined when it has all. Sources of the XML forms: Smithy,
 * "AWS query protocol" and "AWS EC2 query protocol", which both put a request id into every answer. Of the header: S3,
 * "The REST error response" (`x-amz-request-id`, in all answers). For the JSON protocols no page promises it for every
 * service, but the SDKs take the request id of each answer from `x-amzn-requestid`. Were it ever left out, the call
 * would be a gap: too much is reported then, never too little.
 * @param body undefined for a stream, e.g. the content of an object in S3.
 */
function missingIn(
  protocol: string,
  { operation, output }: Expected,
  hasId: boolean,
  body: Buffer | undefined,
): string | undefined {
  const hasResult = Object.values(membersOf(output)).some(isInBody);
  switch (protocol) {
    case 'aws.protocols#ec2Query':
    case 'aws.protocols#awsQuery': {
      if (!isDocument(body, `${operation}Response`)) return `element ${operation}Response`;
      const isNested = protocol === 'aws.protocols#awsQuery' && hasResult;
      if (isNested && !body?.includes(`<${operation}Result`)) return `element ${operation}Result`;
      const isNamed = hasId || body?.includes('<requestId>') || body?.includes('<RequestId>');
      return isNamed ? undefined : 'request id';
    }
    case 'aws.protocols#restXml': {
      const root = output.getMergedTraits().xmlName ?? output.getName() ?? '';
      if (hasResult && !isDocument(body, root)) return `element ${root}`;
      return hasId ? undefined : 'request id';
    }
    default:
      if (hasResult && !isObject(body)) return 'JSON object';
      return hasId ? undefined : 'request id';
  }
}

const headerOf = ({ headers }: HttpResponse, name: RegExp) =>
  Object.entries(headers).find(([each]) => name.test(each))?.[1];

/** In one of the headers in which the SDK looks for it. */
const hasRequestId = (response: HttpResponse): boolean =>
  headerOf(response, /^x-(amzn-requestid|amzn-request-id|amz-request-id)$/i) !== undefined;

const membersOf = (output: NormalizedSchema) => (output.isStructSchema() ? output.getMemberSchemas() : {});

/** Whether a member is read from the document that is the body, neither from a header nor as the body itself. */
function isInBody(member: NormalizedSchema): boolean {
  const { httpHeader, httpPrefixHeaders, httpResponseCode, httpPayload } = member.getMergedTraits();
  return !(httpHeader || httpPrefixHeaders || httpResponseCode || httpPayload);
}

/** Enough of the beginning to hold the XML declaration and the first element's name. */
const HEAD = 512;
const FIRST_ELEMENT = /^(?:\u00ef\u00bb\u00bf)?\s*(?:<\?xml[^>]*\?>\s*)?<([^\s/>]+)/;

/** Whether an XML document has this first element, and was not cut off before its end. */
function isDocument(body: Buffer | undefined, element: string): boolean {
  if (FIRST_ELEMENT.exec(body?.toString('latin1', 0, HEAD) ?? '')?.[1] !== element) return false;
  const tail = body?.toString('latin1', Math.max(0, body.length - HEAD)) ?? '';
  return tail.trimEnd().endsWith(`</${element}>`);
}

/** Whether a body begins as a JSON object; the SDK's reader refuses it if the rest is none. */
const isObject = (body: Buffer | undefined): boolean =>
  /^\s*\{/.test(body?.toString('latin1', 0, HEAD) ?? '');
