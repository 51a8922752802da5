import * as v from 'valibot';

const oneOrMore = v.union([
  v.pipe(
    v.string(),
    v.transform((value) => [value]),
  ),
  v.array(v.string()),
]);
const principal = v.union([
  v.pipe(
    v.literal('*'),
    v.transform(() => ({ '*': ['*'] })),
  ),
  v.record(v.string(), oneOrMore),
]);
const statement = v.looseObject({
  Sid: v.optional(v.string(), 'without a Sid'),
  Effect: v.picklist(['Allow', 'Deny']),
  Principal: v.optional(principal, {}),
  Action: v.optional(oneOrMore, []),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), oneOrMore)), {}),
});
type Statement = v.InferOutput<typeof statement>;

const policyDocument = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    Statement: v.union([
      v.array(statement),
      v.pipe(
        statement,
        v.transform((one) => [one]),
      ),
    ]),
  }),
);

/**
 * What is wrong with the alarm topic's policy, by its structure: Budgets of this account must be allowed to
 * publish, everybody who is not an AWS service must be denied (see lib/spend-alarm.ts), and no other statement
 * may touch publishing. Empty when all is well.
 * @param policy the topic's `Policy` attribute, JSON.
 */
export function alarmPolicyProblems(policy: string | undefined, account: string): string[] {
  const read = v.safeParse(policyDocument, policy);
  if (!read.success) return ['its policy cannot be read'];
  const publishing = read.output.Statement.filter(touchesPublish);
  const admits = publishing.filter((each) => admitsBudgets(each, account));
  const denies = publishing.filter(deniesEverybodyElse);
  const expected = new Set([...admits, ...denies, ...publishing.filter(deniesWithoutTls)]);
  return [
    ...(admits.length > 0 ? [] : [`its policy does not let Budgets of account ${account} publish`]),
    ...(denies.length > 0 ? [] : ['its policy does not deny publishing to everybody else']),
    ...publishing
      .filter((each) => !expected.has(each))
      .map(({ Effect, Sid }) => `its policy has a statement that is not ours: ${Effect} ${Sid}`),
  ];
}

/** NotAction and the like have no Action here: they may mean anything, so they count. */
const touchesPublish = ({ Action }: Statement) =>
  Action.length === 0 || Action.some((action) => /^(\*|sns:(\*|publish|p.*\*))$/i.test(action));

function admitsBudgets(
  { Effect, Principal, Action, Condition, ...rest }: Statement,
  account: string,
): boolean {
  const { StringEquals = {}, ArnLike = {}, ...others } = Condition;
  const { 'aws:SourceAccount': accounts = [], ...otherStrings } = StringEquals;
  const { 'aws:SourceArn': arns = [], ...otherArns } = ArnLike;
  return (
    Effect === 'Allow' &&
    !isNegated(rest) &&
    same(Principal, { Service: ['budgets.amazonaws.com'] }) &&
    isPublishOnly(Action) &&
    same(accounts, [account]) &&
    same(arns, [`arn:aws:budgets::${account}:*`]) &&
    [others, otherStrings, otherArns].every((more) => Object.keys(more).length === 0)
  );
}

const deniesEverybodyElse = (each: Statement) => denies(each, 'aws:PrincipalIsAWSService');
const deniesWithoutTls = (each: Statement) => denies(each, 'aws:SecureTransport');

function denies({ Effect, Principal, Action, Condition, ...rest }: Statement, whereFalse: string): boolean {
  const everybody = same(Principal, { '*': ['*'] }) || same(Principal, { AWS: ['*'] });
  const condition = same(Condition, { Bool: { [whereFalse]: ['false'] } });
  return Effect === 'Deny' && !isNegated(rest) && everybody && isPublishOnly(Action) && condition;
}

const isPublishOnly = (actions: readonly string[]) =>
  actions.length === 1 && actions[0]?.toLowerCase() === 'sns:publish';
const isNegated = (rest: object) => 'NotAction' in rest || 'NotPrincipal' in rest || 'NotResource' in rest;
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
