import type { Principal } from '../../core/service.ts';

/** Who publishes: a principal of the account, or an AWS service on behalf of a resource in it. */
export type Publisher =
  | { readonly kind: 'principal'; readonly principal: Principal; readonly account: string }
  | {
      readonly kind: 'service';
      /** `budgets.amazonaws.com`. */
      readonly service: string;
      readonly sourceArn: string;
      readonly sourceAccount: string;
    };

type OneOrMore = string | readonly string[];
type Conditions = Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, OneOrMore>>;
  readonly Action?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly Condition?: Conditions;
}

/**
 * What a topic's policy says to a publisher. It understands Allow and Deny of actions, resources and principals, and a
 * few condition operators. Source: IAM user guide, "IAM JSON policy elements" and "Policy evaluation logic".
 * @throws Error for an element or operator that is not simulated, since a guess would prove nothing.
 */
export function mayPublish(
  policy: string,
  topicArn: string,
  publisher: Publisher,
): 'allowed' | 'denied' | 'silent' {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  const matching = [Statement].flat().filter((one: Statement) => matches(one, topicArn, publisher));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'silent';
}

function matches(statement: Statement, topicArn: string, publisher: Publisher): boolean {
  const { Action = [], Resource = [], Condition = {}, Principal } = statement;
  for (const element of ['NotAction', 'NotPrincipal', 'NotResource'])
    if (element in statement) throw new Error(`${element} in a topic policy is not simulated`);
  const facts = factsOf(publisher);
  return (
    list(Action).some((pattern) => like('sns:publish', pattern.toLowerCase())) &&
    list(Resource).some((pattern) => like(topicArn, pattern)) &&
    isMeant(Principal, publisher) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) =>
        holds(operator, facts.get(key.toLowerCase()), list(values)),
      ),
    )
  );
}

function isMeant(named: Statement['Principal'], publisher: Publisher): boolean {
  if (named === undefined) return false;
  if (named === '*') return true;
  const { AWS = [], Service = [] } = named;
  if (publisher.kind === 'service')
    return list(Service).includes(publisher.service) || list(AWS).includes('*');
  const { account, principal } = publisher;
  return list(AWS).some((one) => ['*', account, `arn:aws:iam::${account}:root`, principal.arn].includes(one));
}

/** The condition keys of a call. Source: IAM user guide, "AWS global condition context keys". */
function factsOf(publisher: Publisher): ReadonlyMap<string, string> {
  const facts = new Map([['aws:securetransport', 'true']]);
  if (publisher.kind === 'service') {
    facts.set('aws:principalisawsservice', 'true');
    facts.set('aws:sourcearn', publisher.sourceArn);
    facts.set('aws:sourceaccount', publisher.sourceAccount);
  } else {
    facts.set('aws:principalisawsservice', 'false');
    facts.set('aws:principalaccount', publisher.account);
    facts.set('aws:principalarn', publisher.principal.arn);
    facts.set('aws:sourceowner', publisher.account);
  }
  return facts;
}

/**
 * A missing key fails a condition, but satisfies a negated one. Source: "IAM JSON policy elements: Condition
 * operators".
 */
function holds(operator: string, fact: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'Bool':
    case 'StringEquals':
      return fact !== undefined && values.includes(fact);
    case 'StringNotEquals':
      return fact === undefined || !values.includes(fact);
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return fact !== undefined && values.some((pattern) => like(fact, pattern));
    default:
      throw new Error(`the condition operator ${operator} in a topic policy is not simulated`);
  }
}

const list = (value: OneOrMore): readonly string[] => (typeof value === 'string' ? [value] : value);

function like(text: string, pattern: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
