import type * as api from '@aws-sdk/client-cloudtrail';
import { pageFrom } from '../../core/paging.ts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { CloudTrail, Trail } from './cloudtrail.ts';
import { eventNameOf } from './event-names.ts';
import { type TrailedCall, usernameOf } from './trail-record.ts';

const PAGE = 50; // API_LookupEvents, MaxResults

/** CloudTrail's API: the event history, and changes of a trail. */
export function cloudTrailOperations(cloudTrail: CloudTrail): Operations {
  const { trails } = cloudTrail;
  const require = (nameOrArn = '') => {
    const trail = trails.get(nameOrArn.split('/').at(-1) ?? nameOrArn);
    if (trail) return trail;
    throw new ServiceError('TrailNotFoundException', `Unknown trail: ${nameOrArn}`);
  };
  return {
    LookupEvents(input: api.LookupEventsRequest, { region }: CallContext): api.LookupEventsResponse {
      const { LookupAttributes = [], StartTime, EndTime, MaxResults = PAGE, NextToken } = input;
      if (MaxResults < 1 || MaxResults > PAGE)
        throw new ServiceError(
          'InvalidMaxResultsException',
          `MaxResults is from 1 to ${PAGE}, not ${MaxResults}`,
        );
      if (LookupAttributes.length > 1)
        throw new ServiceError('InvalidLookupAttributesException', 'You can use only one lookup attribute.');
      const found = cloudTrail
        .history(region, StartTime?.getTime(), EndTime?.getTime())
        .filter((call) => LookupAttributes.every((attribute) => has(cloudTrail, call, attribute)));
      const { page, next } = pageFrom(found, MaxResults, NextToken);
      return { Events: page.map((call) => described(cloudTrail, call)), ...next };
    },

    DescribeTrails(_: api.DescribeTrailsRequest): api.DescribeTrailsResponse {
      return { trailList: [...trails.values()].map((trail) => listed(cloudTrail, trail)) };
    },

    GetTrailStatus({ Name }: api.GetTrailStatusRequest): api.GetTrailStatusResponse {
      return { IsLogging: require(Name).isLogging };
    },

    StartLogging({ Name }: api.StartLoggingRequest) {
      require(Name).isLogging = true;
      return {};
    },

    StopLogging({ Name }: api.StopLoggingRequest) {
      require(Name).isLogging = false;
      return {};
    },

    DeleteTrail({ Name }: api.DeleteTrailRequest) {
      trails.delete(require(Name).name);
      return {};
    },
  };
}

const listed = ({ accountId }: CloudTrail, { name, region }: Trail): api.Trail => ({
  Name: name,
  TrailARN: `arn:aws:cloudtrail:${region}:${accountId}:trail/${name}`,
  HomeRegion: region,
  IsMultiRegionTrail: true,
  IncludeGlobalServiceEvents: true,
});

/** @throws Error for an attribute that is not simulated. */
function has(
  cloudTrail: CloudTrail,
  call: TrailedCall,
  { AttributeKey, AttributeValue }: api.LookupAttribute,
): boolean {
  switch (AttributeKey) {
    case 'EventId':
      return call.id === AttributeValue;
    case 'EventName':
      return eventNameOf(call.service, call.operation) === AttributeValue;
    case 'EventSource':
      return `${call.service}.amazonaws.com` === AttributeValue;
    case 'ReadOnly':
      return AttributeValue === 'false';
    case 'Username':
      return usernameOf(call.principal) === AttributeValue;
    case 'AccessKeyId':
      return call.principal.accessKeyId === AttributeValue;
    case 'ResourceName':
      return resourcesOf(cloudTrail, call).some(({ ResourceName }) => ResourceName === AttributeValue);
    default:
      throw new Error(`a lookup by ${AttributeKey} is not simulated`);
  }
}

function described(cloudTrail: CloudTrail, call: TrailedCall): api.Event {
  const { id, service, operation, principal, at } = call;
  return {
    ...{ EventId: id, EventName: eventNameOf(service, operation), ReadOnly: 'false' },
    ...{ AccessKeyId: principal.accessKeyId, EventTime: new Date(Math.floor(at / 1_000) * 1_000) },
    ...{ EventSource: `${service}.amazonaws.com`, Username: usernameOf(principal) },
    Resources: [...resourcesOf(cloudTrail, call)],
    CloudTrailEvent: JSON.stringify(cloudTrail.recordOf(call)),
  };
}

/** Assumption: the names, ids and ARNs at the top level of a call's parameters. */
function resourcesOf(
  cloudTrail: CloudTrail,
  call: TrailedCall,
): readonly { readonly ResourceName: string }[] {
  return Object.entries(cloudTrail.recordOf(call).requestParameters ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' && /(name|id|arn)$/i.test(name) ? { ResourceName: value } : [],
  );
}
