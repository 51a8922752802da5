import type { Instance, Tag } from '@aws-sdk/client-ec2';
import { mayHaveWorked, type Outcome } from '../../core/model.ts';
import { plain } from '../../core/plain-text.ts';
import type { InstanceFacts } from './facts.ts';

/** What a person can close so that the service ends its machines. */
const CLOSABLE: readonly (readonly [principal: RegExp, what: string])[] = [
  [/^eks\b/, 'EKS cluster'],
  [/^ecs\b/, 'ECS capacity provider'],
  [/\blambda\b/, 'Lambda capacity provider'],
];
/**
 * Tags that may name it, the best first. AWS's documentation names none of them (public code has
 * `aws:eks:cluster-name`), so any key that speaks of a capacity provider or of a cluster serves. Whoever may
 * write tags can mislead a reader here, but decides nothing.
 */
const NAMING: readonly RegExp[] = [
  /^aws:.*capacity-?provider/i,
  /capacity-?provider/i,
  /^aws:.*cluster/i,
  /cluster-?name/i,
];
const MOST_CHARACTERS = 150;

/**
 * The service that operates the machine for the account (EKS Auto Mode, ECS managed instances), as EC2 says,
 * and the name of what it does that for. Source: API_OperatorResponse.
 */
export function operatedBy({
  Operator,
  Tags = [],
}: Instance): Pick<InstanceFacts, 'operator' | 'operatedFor'> {
  if (!Operator?.Managed) return {};
  const named = NAMING.flatMap((key) => Tags.find(({ Key = '' }) => key.test(Key)) ?? [])[0] as
    | Tag
    | undefined;
  return {
    operator: plain(Operator.Principal ?? 'an AWS service', MOST_CHARACTERS),
    ...(named?.Value ? { operatedFor: plain(named.Value, MOST_CHARACTERS) } : {}),
  };
}

/**
 * The outcome, if EC2 refused the change because only the operator may make it. AWS does not document the
 * error code (EKS Auto Mode: UnauthorizedOperation, https://github.com/aws/eks-node-monitoring-agent/pull/151),
 * so this is every refusal that is not about a passing state.
 */
export function leftToOperator(failed: Outcome, facts: Partial<InstanceFacts>): Outcome {
  const { code = '', error = '', scope } = failed;
  if (failed.status === 'gone' || failed.transient || mayHaveWorked(code)) return failed;
  return {
    ...failed,
    status: 'unstoppable',
    error: `only ${facts.operator} can end it: ${error}`,
    remedy: closing(facts, scope),
  };
}

/** What only a person can do about it. */
function closing({ operator = '', operatedFor }: Partial<InstanceFacts>, region: string): string {
  const what = CLOSABLE.find(([principal]) => principal.test(operator))?.[1];
  const named = [what ?? (operatedFor ? '' : 'what it serves'), operatedFor ?? ''].filter(Boolean).join(' ');
  return `Only ${operator} can end machines that it runs for you in ${region}. Close there: ${named}`;
}
