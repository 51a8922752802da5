import type { Behaviour } from '../../core/behaviour.ts';

const OPERATORS =
  'EventBridge user guide: Comparison operators for use in event patterns in Amazon EventBridge';
const DLQ = 'EventBridge user guide: Using dead-letter queues to process undelivered events in EventBridge';

export const EVENTS_BEHAVIOURS: readonly Behaviour[] = [
  {
    id: 'events-fields-and-values',
    claim: 'a pattern matches when every field that it names has one of the values that it lists',
    source: 'EventBridge user guide: Creating Amazon EventBridge event patterns',
  },
  {
    id: 'events-arrays',
    claim: 'an array in an event matches when one of its elements does',
    source: 'EventBridge user guide: Using arrays in Amazon EventBridge event patterns',
  },
  {
    id: 'events-operators',
    claim:
      'prefix, suffix, equals-ignore-case, wildcard, numeric, exists, anything-but and $or match as documented',
    source: OPERATORS,
  },
  {
    id: 'events-unknown-operator',
    claim: 'a pattern with an operator that is not simulated is an error when the rule is put',
    source: 'assumption: the simulation says so instead of guessing',
  },
  {
    id: 'events-region',
    claim: 'a rule sees the events of its own region only, and none while it is disabled',
    source: 'EventBridge user guide: Rules in Amazon EventBridge; API_DisableRule',
  },
  {
    id: 'events-delivery-time',
    claim: 'a target has the event half a second after it came',
    source: 'assumption: EventBridge FAQs speak of about half a second',
  },
  {
    id: 'events-function',
    claim: 'a function gets the event only if its resource policy lets that very rule invoke it',
    source: 'EventBridge user guide: Using resource-based policies for Amazon EventBridge',
  },
  {
    id: 'events-topic',
    claim: 'a topic gets the event only if its policy lets EventBridge publish, and without a subject',
    source: 'EventBridge user guide: Using resource-based policies for Amazon EventBridge',
  },
  {
    id: 'events-dead-letter',
    claim:
      'an event whose target is gone or not allowed is not tried again: it goes to the dead-letter queue',
    source: DLQ,
  },
  {
    id: 'events-transformer',
    claim: 'an input transformer fills its template by JSON paths: bare between quotes, as JSON elsewhere',
    source: 'EventBridge user guide: Amazon EventBridge input transformation',
  },
  {
    id: 'events-forward',
    claim: 'a rule forwards events to another region’s bus, with a role, and they keep their region and id',
    source: 'EventBridge user guide: Sending and receiving events between AWS Regions',
  },
  {
    id: 'events-put-events',
    claim: 'PutEvents refuses sources that begin with aws., entry by entry, and takes the others',
    source: 'API_PutEventsResultEntry: NotAuthorizedForSourceException',
  },
  {
    id: 'events-rules-listed',
    claim: 'rules are listed by prefix, in pages; a missing one is ResourceNotFoundException',
    source: 'API_ListRules, API_DescribeRule',
  },
  {
    id: 'events-delete-rule',
    claim: 'a rule can be deleted once it has no targets; deleting it again changes nothing',
    source: 'API_DeleteRule; assumption: the second time it answers as the first',
  },
];
