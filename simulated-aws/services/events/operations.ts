import type * as api from '@aws-sdk/client-eventbridge';
import { pageFrom } from '../../core/paging.ts';
import { type CallContext, type Operations, ServiceError } from '../../core/service.ts';
import type { Events, Rule } from './events.ts';

const PAGE = 100; // API_ListRules, Limit: at most
const ENTRIES = 10; // API_PutEvents
const TARGETS = 5; // EventBridge quotas: targets per rule

/** EventBridge's API on the default bus of each region. */
export function eventsOperations(events: Events): Operations {
  const find = ({ Name = '', EventBusName }: api.DescribeRuleRequest, { region }: CallContext) => {
    refuseOtherBus(EventBusName);
    return events.require(region, Name);
  };
  return {
    PutRule(input: api.PutRuleRequest, { region }: CallContext): api.PutRuleResponse {
      const { Name = '', EventPattern, State, Description, EventBusName } = input;
      refuseOtherBus(EventBusName);
      if (!/^[\w.-]{1,64}$/.test(Name))
        throw new ServiceError('ValidationException', `Invalid rule name ${Name}`);
      if (EventPattern === undefined) throw new Error('a rule with a schedule is not simulated');
      const rule = events.putRule(region, {
        ...{ name: Name, patternText: EventPattern },
        ...(State === undefined ? {} : { state: State }),
        ...(Description === undefined ? {} : { description: Description }),
      });
      return { RuleArn: rule.arn };
    },

    DescribeRule(input: api.DescribeRuleRequest, context: CallContext): api.DescribeRuleResponse {
      return described(find(input, context));
    },

    ListRules(input: api.ListRulesRequest, { region }: CallContext): api.ListRulesResponse {
      const { NamePrefix = '', EventBusName, Limit, NextToken } = input;
      refuseOtherBus(EventBusName);
      const found = events.in(region).filter(({ name }) => name.startsWith(NamePrefix));
      const { page, next } = pageFrom(found, sizeOf(Limit), NextToken);
      return { Rules: page.map(described), ...next };
    },

    EnableRule(input: api.EnableRuleRequest, context: CallContext) {
      find(input, context).state = 'ENABLED';
      return {};
    },

    DisableRule(input: api.DisableRuleRequest, context: CallContext) {
      find(input, context).state = 'DISABLED';
      return {};
    },

    DeleteRule({ Name = '', EventBusName }: api.DeleteRuleRequest, { region }: CallContext) {
      refuseOtherBus(EventBusName);
      events.deleteRule(region, Name);
      return {};
    },

    PutTargets(input: api.PutTargetsRequest, context: CallContext): api.PutTargetsResponse {
      const { targets } = find({ Name: input.Rule, EventBusName: input.EventBusName }, context);
      const ids = new Set([...targets.keys(), ...(input.Targets ?? []).map(({ Id = '' }) => Id)]);
      if (ids.size > TARGETS)
        throw new ServiceError(
          'LimitExceededException',
          'The requested resource exceeds the maximum number allowed.',
        );
      for (const target of input.Targets ?? []) targets.set(target.Id ?? '', target);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets(input: api.RemoveTargetsRequest, context: CallContext): api.RemoveTargetsResponse {
      const { targets } = find({ Name: input.Rule, EventBusName: input.EventBusName }, context);
      for (const id of input.Ids ?? []) targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    ListTargetsByRule(
      input: api.ListTargetsByRuleRequest,
      context: CallContext,
    ): api.ListTargetsByRuleResponse {
      const { targets } = find({ Name: input.Rule, EventBusName: input.EventBusName }, context);
      const { page, next } = pageFrom([...targets.values()], sizeOf(input.Limit), input.NextToken);
      return { Targets: [...page], ...next };
    },

    PutEvents({ Entries = [] }: api.PutEventsRequest, { region }: CallContext): api.PutEventsResponse {
      if (Entries.length < 1 || Entries.length > ENTRIES)
        throw new ServiceError(
          'ValidationException',
          `a call has 1 to ${ENTRIES} entries, not ${Entries.length}`,
        );
      const results = Entries.map((entry) => put(events, region, entry));
      return { FailedEntryCount: results.filter((one) => one.ErrorCode).length, Entries: results };
    },
  };
}

/** Only AWS may use AWS's sources. Source: API_PutEventsResultEntry; the message as public reports quote it. */
function put(events: Events, region: string, entry: api.PutEventsRequestEntry): api.PutEventsResultEntry {
  const { Source = '', DetailType = '', Detail = '', Resources = [], Time, EventBusName } = entry;
  refuseOtherBus(EventBusName);
  if (/^aws\./.test(Source))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const detail = objectIn(Detail);
  if (!Source || !DetailType)
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameter Source or DetailType is not valid.' };
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const at = Time ? { at: Time.getTime() } : {};
  const emitted = { source: Source, detailType: DetailType, detail, resources: Resources, ...at };
  return { EventId: events.emit(region, emitted).id };
}

const sizeOf = (limit = PAGE) => Math.min(limit, PAGE);

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const described = ({ name, arn, patternText, state, description }: Rule) => ({
  ...{ Name: name, Arn: arn, EventPattern: patternText, State: state, EventBusName: 'default' },
  ...(description === undefined ? {} : { Description: description }),
});

/** By name or ARN. */
function refuseOtherBus(name = 'default'): void {
  if (name !== 'default' && !name.endsWith(':event-bus/default'))
    throw new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}
