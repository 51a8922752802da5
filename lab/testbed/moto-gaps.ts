import { jsonAnswer, xmlAnswer } from './answers.ts';
import type { Rule } from './rules.ts';
import { childrenOf, findElement, replaceContent } from './xml.ts';

/**
 * Permissions boundaries of IAM users, which moto 5.2.1 answers with 500: set, removed, and shown by GetUser and
 * GetAccountAuthorizationDetails as IAM shows them. `boundaries` maps user names to policy ARNs.
 */
export function permissionsBoundaries(boundaries: Map<string, string> = new Map()): {
  readonly boundaries: Map<string, string>;
  readonly rules: readonly Rule[];
} {
  const change = (operation: string, apply: (user: string, arn: string) => void): Rule => ({
    when: { service: 'iam', operation },
    fault: {
      kind: 'answer',
      name: 'boundary',
      answer: async (call, forward) => {
        const user = String(call.parameters['UserName']);
        // moto knows whether the user exists, and says so in its own words.
        const known = await forward(`Action=GetUser&Version=2010-05-08&UserName=${encodeURIComponent(user)}`);
        if (known.status !== 200) return known;
        apply(user, String(call.parameters['PermissionsBoundary'] ?? ''));
        return xmlAnswer(`<${operation}Response><ResponseMetadata/></${operation}Response>`);
      },
    },
  });
  const show = (operation: string, edit: (xml: string) => string): Rule => ({
    when: { service: 'iam', operation },
    fault: {
      kind: 'answer',
      name: 'boundary',
      answer: async (_call, forward) => {
        const answer = await forward();
        return answer.status === 200 ? xmlAnswer(edit(answer.body.toString())) : answer;
      },
    },
  });
  const withBoundary = (user: string): string => {
    const arn = boundaries.get(findElement(user, 'UserName')?.content ?? '');
    return arn === undefined
      ? user
      : `${user}<PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType><PermissionsBoundaryArn>${arn}</PermissionsBoundaryArn></PermissionsBoundary>`;
  };
  return {
    boundaries,
    rules: [
      change('PutUserPermissionsBoundary', (user, arn) => boundaries.set(user, arn)),
      change('DeleteUserPermissionsBoundary', (user) => boundaries.delete(user)),
      show('GetUser', (xml) =>
        replaceContent(xml, 'User', withBoundary(findElement(xml, 'User')?.content ?? '')),
      ),
      show('GetAccountAuthorizationDetails', (xml) => {
        const users = childrenOf(findElement(xml, 'UserDetailList')?.content ?? '', 'member');
        const shown = users.map((user) => `<member>${withBoundary(user)}</member>`).join('');
        return replaceContent(xml, 'UserDetailList', shown);
      }),
    ],
  };
}

/** Past months of a budget, in US dollars; moto has no DescribeBudgetPerformanceHistory. */
export function budgetHistory(
  months: readonly {
    readonly start: Date;
    readonly end: Date;
    readonly budgetedUsd: number;
    readonly actualUsd: number;
  }[],
): Rule {
  const usd = (amount: number) => ({ Amount: String(amount), Unit: 'USD' });
  return {
    when: { service: 'budgets', operation: 'DescribeBudgetPerformanceHistory' },
    fault: {
      kind: 'answer',
      name: 'budget history',
      answer: async (call) =>
        jsonAnswer({
          BudgetPerformanceHistory: {
            BudgetName: call.parameters['BudgetName'],
            BudgetType: 'COST',
            TimeUnit: 'MONTHLY',
            BudgetedAndActualAmountsList: months.map(({ start, end, budgetedUsd, actualUsd }) => ({
              BudgetedAmount: usd(budgetedUsd),
              ActualAmount: usd(actualUsd),
              TimePeriod: { Start: start.getTime() / 1000, End: end.getTime() / 1000 },
            })),
          },
        }),
    },
  };
}
