import type { Principal } from '../../core/service.ts';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: '*' | { readonly AWS?: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Never true here, since all calls count as made over TLS. */
const INSECURE = '{"Bool":{"aws:SecureTransport":"false"}}';

/**
 * Whether a bucket's policy denies a principal an action: `s3:PutObject`. It denies root too, but root may still change
 * the policy. Source: S3 user guide, "Bucket policies for Amazon S3".
 * @throws Error for a condition of a denial that is not simulated.
 */
export function isDenied(policy: string | undefined, action: string, { arn }: Principal): boolean {
  if (policy === undefined) return false;
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  return [Statement].flat().some((statement: Statement) => {
    if (statement.Effect !== 'Deny') return false;
    const { Condition, Principal: named, Action = [] } = statement;
    if (JSON.stringify(Condition) === INSECURE) return false;
    if (Condition)
      throw new Error(`the condition ${JSON.stringify(Condition)} in a bucket policy is not simulated`);
    const names = named === '*' ? ['*'] : [named?.AWS ?? []].flat();
    const actions = [Action].flat();
    return names.some((one) => one === '*' || one === arn) && actions.some((one) => isLike(action, one));
  });
}

const isLike = (action: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i').test(action);
