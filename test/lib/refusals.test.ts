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

const foreign = 'arn:aws:iam::999999999999:user/dev/alice';

describe('an ARN of another account on the allowlist', () => {
  const allow = { users: [`arn:aws:iam::${ACCOUNT}:user/alice`, foreign], roles: ['deploy'] };

  it('is refused where the account of the stack is known, and says what to do', () => {
    expect(problemsOf(() => appWith({ allow }))).toEqual([
      `allow.users names ${foreign}, which is of another account than ${ACCOUNT}, where the stack is to stand, ` +
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

describe('a region whose CloudFormation does not know AWS budgets', () => {
  const lacking = 'eu-north-1';

  it('is refused, and says where to go and what else is possible', () => {
    expect(problemsOf(() => appWith({ region: lacking, allow: { users: [foreign] } }))).toEqual([
      expect.stringMatching(/^region eu-north-1: .*best us-east-1: .* Or set awsBudgets to false: /),
      expect.stringContaining(foreign),
    ]);
    const stack = new Stack(emptyApp(), 'Mine', { env: { region: lacking } });
    expect(problemsOf(() => new KillSwitch(stack, 'KillSwitch', { settings: MINIMAL }))).toHaveLength(1);
  });

  it('is taken without AWS budgets, as are all others with them', () => {
    expect(problemsOf(() => appWith({ region: lacking, awsBudgets: false }))).toEqual([]);
    for (const region of ['us-east-1', 'eu-west-1'])
      expect(problemsOf(() => appWith({ region }))).toEqual([]);
  });
});
