import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { InputError, KillSwitch } from '../../lib/index.ts';
import { ACCOUNT, appWith, emptyApp, MINIMAL } from './synthesis.ts';

function problemsOf(make: () => unknown): readonly string[] {
  try {
    make();
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.problems;
    throw thrown;
  }
  return [];
}

describe('an ARN of another account on the allowlist', () => {
  const other = 'arn:aws:iam::999999999999:user/dev/alice';
  const allow = { users: [`arn:aws:iam::${ACCOUNT}:user/alice`, other], roles: ['deploy'] };

  it('is refused where the account of the stack is known, and says what to do', () => {
    expect(problemsOf(() => appWith({ allow }))).toEqual([
      `allow.users names ${other}, which is of another account than ${ACCOUNT}, where the stack is to stand, ` +
        'and spares nothing there: correct the account, give the name alone, or remove it',
    ]);
    expect(problemsOf(() => appWith({ allow: { users: ['alice', ...allow.users.slice(0, 1)] } }))).toEqual(
      [],
    );
  });

  it('cannot be told from one of this account where the template is for any', () => {
    const stack = new Stack(emptyApp(), 'Mine');
    expect(
      problemsOf(() => new KillSwitch(stack, 'KillSwitch', { settings: { ...MINIMAL, allow } })),
    ).toEqual([]);
  });
});
