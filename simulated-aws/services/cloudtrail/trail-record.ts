import type { Principal } from '../../core/service.ts';
import type { Iam } from '../iam/iam.ts';
import { eventNameOf } from './event-names.ts';
import { requestParametersOf } from './request-parameters.ts';

/** A call that changed something, or tried to. */
export interface TrailedCall {
  readonly id: string;
  readonly service: string;
  readonly operation: string;
  /** The region of its event. */
  readonly region: string;
  readonly principal: Principal;
  readonly input: object;
  /** In ms since 1970. */
  readonly at: number;
  /** The service that made it for the principal: `cloudformation.amazonaws.com`. */
  readonly invokedBy?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly isDenial: boolean };
}

/** All calls come from this address, which is in the range for documentation (RFC 5737). */
const SOURCE_IP = '198.51.100.7';

/**
 * The record of a call, which is also the event's detail. A denied call has no parameters, except in EC2 and S3.
 * Sources: CloudTrail user guide, "CloudTrail record contents"; Lambda developer guide, "Lambda event examples", a
 * denied call; assumption: the other services leave them out too.
 */
export function recordOf(call: TrailedCall, iam: Pick<Iam, 'accountId' | 'directory' | 'roles'>) {
  const { id, service, operation, region, input, at, invokedBy, error } = call;
  const isHidden = error?.isDenial && service !== 'ec2' && service !== 's3';
  return {
    eventVersion: '1.11',
    userIdentity: { ...identityOf(call.principal, iam), ...(invokedBy === undefined ? {} : { invokedBy }) },
    eventTime: new Date(at).toISOString().replace(/\.\d+/, ''),
    eventSource: `${service}.amazonaws.com`,
    eventName: eventNameOf(service, operation),
    awsRegion: region,
    sourceIPAddress: invokedBy ?? SOURCE_IP,
    userAgent: invokedBy ?? 'aws-sdk-js',
    ...(error ? { errorCode: error.code, errorMessage: error.message } : {}),
    requestParameters: isHidden ? null : requestParametersOf(service, operation, input),
    responseElements: null,
    eventID: id,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: iam.accountId,
    eventCategory: 'Management',
  };
}

/** Source: CloudTrail user guide, "CloudTrail userIdentity element". */
function identityOf(
  { kind, name, arn, accessKeyId }: Principal,
  { accountId, directory, roles }: Pick<Iam, 'accountId' | 'directory' | 'roles'>,
) {
  const common = { arn, accountId, accessKeyId };
  if (kind === 'root') return { type: 'Root', principalId: accountId, ...common };
  if (kind === 'user')
    return { type: 'IAMUser', principalId: directory.find(name)?.id ?? '', ...common, userName: name };
  const role = roles.get(name);
  const sessionIssuer = {
    ...{ type: 'Role', principalId: role?.id ?? '', arn: role?.arn ?? '', accountId, userName: name },
  };
  return {
    ...{ type: 'AssumedRole', principalId: `${role?.id ?? ''}:${arn.split('/').at(-1)}`, ...common },
    sessionContext: { sessionIssuer },
  };
}

/** The caller's name in the event history. */
export const usernameOf = ({ kind, name, arn }: Principal): string =>
  kind === 'role' ? (arn.split('/').at(-1) ?? name) : name;
