import { type Stack, Token } from 'aws-cdk-lib';
import { ofOtherAccounts } from '../lambda/core/policy/exemption.ts';
import { InputError, type Settings } from '../lambda/core/settings.ts';

/**
 * Refuses settings that cannot work where the stack is to stand, as far as that is known at synth.
 * @throws InputError listing everything that is wrong.
 */
export function refuseWhere({ account }: Pick<Stack, 'account'>, { allow }: Settings): void {
  const problems = [...strangers(allow, account)];
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
