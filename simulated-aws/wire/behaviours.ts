import type { Behaviour } from '../core/behaviour.ts';

const EC2_ERRORS = 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html';
const IAM_ERRORS = 'https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html';
const S3_ERRORS = 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';

const claim = (id: string, text: string, source: string): Behaviour => ({ id, claim: text, source });

/** What the wire claims to do as AWS does, whatever the service. */
export const WIRE_BEHAVIOURS: readonly Behaviour[] = [
  claim('wire-throttle-ec2', 'EC2 refuses a throttled call with RequestLimitExceeded and 503', EC2_ERRORS),
  claim('wire-throttle-query', 'IAM refuses a throttled call with Throttling and 400', IAM_ERRORS),
  claim('wire-unknown-key-ec2', 'EC2 answers AuthFailure and 401 to a key that it does not know', EC2_ERRORS),
  claim(
    'wire-unknown-key-query',
    'other query services answer InvalidClientTokenId and 403 to a key that they do not know',
    IAM_ERRORS,
  ),
  claim(
    'wire-unknown-key-s3',
    'S3 answers InvalidAccessKeyId and 403 to a key that it does not know',
    S3_ERRORS,
  ),
  claim(
    'wire-region-not-enabled',
    'a region that is not enabled knows no key of the account',
    'assumption: what is seen of EC2 (AuthFailure) holds for all services',
  ),
  claim('wire-unsigned', 'a call without a signature is refused', IAM_ERRORS),
  claim(
    'wire-denied-ec2',
    'EC2 answers UnauthorizedOperation and 403 to a caller who is denied everything',
    EC2_ERRORS,
  ),
  claim(
    'wire-denied-query',
    'IAM answers AccessDenied and 403 to a caller who is denied everything',
    IAM_ERRORS,
  ),
  claim(
    'wire-caller-identity',
    'GetCallerIdentity answers also when a policy denies everything',
    'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html',
  ),
  claim('wire-unknown-parameter', 'EC2 refuses a parameter that the operation does not have', EC2_ERRORS),
  claim('wire-missing-parameter', 'EC2 refuses a call without a required parameter', EC2_ERRORS),
  claim(
    'wire-not-simulated',
    'an operation that is not simulated is refused with 501 and NotSimulated, on stderr too',
    'assumption: AWS gives no such answer, so nothing can mistake it for one',
  ),
  claim(
    'wire-latency',
    'a call takes half a round trip there and half a round trip back, and takes effect in between',
    'assumption: rounded public measurements of round trips from us-east-1, and 50 ms for the service',
  ),
  claim(
    'wire-effect-without-answer',
    'a call whose answer is lost has taken effect all the same',
    'assumption: the network fails on the way back as well as on the way there',
  ),
  claim(
    'wire-date',
    'every answer carries the virtual time as its Date',
    'https://www.rfc-editor.org/rfc/rfc9110#name-date',
  ),
  claim(
    'wire-request-id',
    'every answer of AWS carries a request id in its headers, and what a proxy or a login page says does not',
    'https://docs.aws.amazon.com/AmazonS3/latest/API/get-request-ids.html for S3; assumption for the others: the SDK reads `x-amzn-requestid` of every answer',
  ),
  claim(
    'wire-s3-chunked',
    'S3 takes bodies in chunks with a trailing checksum',
    'https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html',
  ),
  claim(
    'wire-s3-addresses',
    'S3 finds the bucket in the path and in the host name',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html',
  ),
  claim(
    'wire-s3-head',
    'S3 answers HEAD without a body, also when it refuses',
    'https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html',
  ),
];
