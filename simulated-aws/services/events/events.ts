import type { RuleState, Target } from '@aws-sdk/client-eventbridge';
import { ServiceError, whyRefused } from '../../core/service.ts';
import type { ServiceContext } from '../../core/service-context.ts';
import type { Iam } from '../iam/iam.ts';
import type { AsyncInvoker } from '../lambda/functions.ts';
import type { ResourcePolicies } from '../lambda/resource-policy.ts';
import type { Sns } from '../sns/sns.ts';
import type { Sqs } from '../sqs/sqs.ts';
import type { EmittedEvent, EventRecord } from './event-record.ts';
import { inputOf } from './input-transformer.ts';
import { type EventPattern, matchesPattern, refuseUnknownPattern } from './pattern.ts';

export interface EventsContext extends Pick<ServiceContext, 'timeline' | 'random' | 'accountId'> {
  readonly iam: Pick<Iam, 'mayAssume'>;
  readonly functions: AsyncInvoker;
  readonly permissions: Pick<ResourcePolicies, 'allows'>;
  readonly sns: Pick<Sns, 'publishFor'>;
  readonly sqs: Pick<Sqs, 'deadLetter'>;
}

/** A rule on the default bus of a region. */
export interface Rule {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly pattern: EventPattern;
  /** The pattern as it was given. */
  readonly patternText: string;
  readonly description?: string;
  state: RuleState;
  readonly targets: Map<string, Target>;
}

export type RuleDefinition = Pick<Rule, 'name' | 'patternText' | 'description'> & {
  readonly state?: RuleState;
};

/** An event that a rule matched and its target did not take. */
export interface UndeliveredEvent {
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly event: EventRecord;
  readonly why: string;
  /** In ms since 1970. */
  readonly at: number;
}

/** From an event to its targets, in ms (see behaviours.ts). */
const DELIVERY_MS = 500;

/** EventBridge's default buses of one account, one for each region. */
export class Events {
  /** All events of all buses, in order. */
  readonly seen: EventRecord[] = [];
  readonly undelivered: UndeliveredEvent[] = [];
  readonly #context: EventsContext;
  readonly #rules = new Map<string, Rule>();

  constructor(context: EventsContext) {
    this.#context = context;
  }

  /** Emits an event on the default bus of a region. Nobody checks the source: AWS's services call this themselves. */
  emit(region: string, { source, detailType, detail, resources = [], at }: EmittedEvent): EventRecord {
    const { timeline, random, accountId } = this.#context;
    const time = new Date(at ?? timeline.now()).toISOString().replace(/\.\d+/, '');
    const fields = { source, account: accountId, time, region, resources };
    const record: EventRecord = {
      ...{ version: '0', id: random.uuid(), 'detail-type': detailType, ...fields },
      detail: { ...detail },
    };
    this.#route(region, record);
    return record;
  }

  /** Passes an event to the rules of a bus. A forwarded event keeps its own region. */
  #route(region: string, record: EventRecord): void {
    this.seen.push(record);
    const rules = this.in(region).filter(
      ({ state, pattern }) => state !== 'DISABLED' && matchesPattern(pattern, record),
    );
    if (rules.length > 0)
      this.#context.timeline.after(DELIVERY_MS, () => {
        for (const rule of rules)
          for (const target of rule.targets.values()) this.#deliver(rule, target, record);
      });
  }

  /**
   * Creates a rule, or replaces all of it except its targets.
   * @throws ServiceError InvalidEventPatternException for text that is not JSON; Error for a pattern that is not
   * simulated.
   */
  putRule(region: string, { name, patternText, description, state = 'ENABLED' }: RuleDefinition): Rule {
    const pattern = parsed(patternText);
    refuseUnknownPattern(pattern);
    const arn = this.#arnOf(region, name);
    const rule: Rule = {
      ...{ name, region, arn, pattern, patternText, state },
      ...(description === undefined ? {} : { description }),
      targets: this.#rules.get(arn)?.targets ?? new Map(),
    };
    this.#rules.set(arn, rule);
    return rule;
  }

  /** @throws ServiceError ResourceNotFoundException. */
  require(region: string, name: string): Rule {
    const rule = this.#rules.get(this.#arnOf(region, name));
    if (!rule)
      throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    return rule;
  }

  /** Does nothing for a rule that does not exist. @throws ServiceError ValidationException for one that has targets. */
  deleteRule(region: string, name: string): void {
    const arn = this.#arnOf(region, name);
    if ((this.#rules.get(arn)?.targets.size ?? 0) > 0)
      throw new ServiceError('ValidationException', "Rule can't be deleted since it has targets.");
    this.#rules.delete(arn);
  }

  /** Rules of a region in the order of their names. */
  in(region: string): readonly Rule[] {
    const rules = [...this.#rules.values()].filter((rule) => rule.region === region);
    return rules.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #arnOf(region: string, name: string): string {
    return `arn:aws:events:${region}:${this.#context.accountId}:rule/${name}`;
  }

  #deliver(rule: Rule, target: Target, event: EventRecord): void {
    const { timeline, sqs } = this.#context;
    const { Arn = '', DeadLetterConfig } = target;
    const why = whyRefused(() => this.#send(rule, target, event));
    if (why === undefined) return;
    this.undelivered.push({ ruleArn: rule.arn, targetArn: Arn, event, why, at: timeline.now() });
    sqs.deadLetter(DeadLetterConfig?.Arn, event);
  }

  /** @throws ServiceError when the target is gone or refuses the rule; Error for a target that is not simulated. */
  #send(rule: Rule, target: Target, event: EventRecord): void {
    const { Arn = '' } = target;
    if (/:event-bus\/default$/.test(Arn)) this.#forward(target, event);
    else if (/^arn:aws:(sns|lambda):/.test(Arn))
      this.#notify(rule, Arn, inputOf(target, { event, ruleArn: rule.arn, ruleName: rule.name }));
    else throw new Error(`a rule’s target ${Arn} is not simulated`);
  }

  /** Sends to a topic or a function. */
  #notify({ arn }: Rule, target: string, input: string): void {
    const { functions, permissions, sns } = this.#context;
    const service = 'events.amazonaws.com';
    if (/^arn:aws:sns:/.test(target)) {
      sns.publishFor({ service, sourceArn: arn }, target, input);
      return;
    }
    if (!permissions.allows(target, service, arn))
      throw new ServiceError('AccessDeniedException', `${target} does not let ${arn} invoke it`, 403);
    functions.invokeAsync(target, JSON.parse(input));
  }

  /** Sends to the bus of another region. */
  #forward({ Arn = '', RoleArn = '' }: Target, event: EventRecord): void {
    if (!this.#context.iam.mayAssume(RoleArn, 'events.amazonaws.com'))
      throw new ServiceError('AccessDeniedException', `${RoleArn} cannot be used`, 403);
    this.#route(Arn.split(':')[3] ?? '', event);
  }
}

function parsed(pattern: string): EventPattern {
  try {
    return JSON.parse(pattern) as EventPattern;
  } catch {
    throw new ServiceError(
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: Unexpected character',
    );
  }
}
