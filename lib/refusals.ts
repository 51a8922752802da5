import { type Stack, Token } from 'aws-cdk-lib';
import { ofOtherAccounts } from '../lambda/core/policy/exemption.ts';
import { GLOBAL_REGION, OPT_IN_REGIONS } from '../lambda/core/regions.ts';
import { InputError, type Settings } from '../lambda/core/settings.ts';

/**
 * Refuses settings that cannot work where the stack is to stand, as far as that is known at synth.
 * @throws InputError listing everything that is wrong.
 */
export function refuseWhere(
  { account, region }: Pick<Stack, 'account' | 'region'>,
  { allow, awsBudgets }: Settings,
): void {
  const problems = [...(awsBudgets ? withoutBudgetType(region) : []), ...strangers(allow, account)];
  if (problems.length > 0) throw new InputError(problems);
}

/** They would pass for protection, and spare nobody. */
const strangers = (allow: Settings['allow'], account: string): string[] =>
  Token.isUnresolved(account)
    ? []
    : ofOtherAccounts(allow, account).map(
        ({ list, entry }) =>
          `allow.${list} names ${entry}, which is of another account than ${account}, where the stack is to stand, ` +
          'and spares nothing there: correct the account, give the name alone, or remove it',
      );

/**
 * Regions whose CloudFormation does not know AWS::Budgets::Budget ("Unrecognized resource types"): all that need an opt-in,
 * and two more. They are those whose schemas lack it in cfn-lint 1.51.0, which takes them from CloudFormation's registry of
 * each region (test/long/cfn-lint.test.ts); for eu-central-2 also aws-cloudformation/cloudformation-coverage-roadmap, issue
 * 2177. As of November 2026.
 */
export const WITHOUT_BUDGET_TYPE: ReadonlySet<string> = new Set([
  ...OPT_IN_REGIONS,
  'ap-northeast-3',
  'eu-north-1',
]);

const withoutBudgetType = (region: string): string[] =>
  WITHOUT_BUDGET_TYPE.has(region)
    ? [
        `region ${region}: CloudFormation creates no AWS budgets there. Choose another, best ${GLOBAL_REGION}: the stack watches ` +
          'all regions from there. Or set awsBudgets to false: then only the estimate of what EC2 costs raises an alarm',
      ]
    : [];
