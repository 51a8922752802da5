import { expect, test } from 'vitest';
import { questionAbout } from '../../bin/commands/fire.ts';

const UNKNOWN = { kind: 'caller-identity', region: 'global', code: 'TimeoutError', error: 'TimeoutError' };

test.each([
  ['a known account', '123456789012', [], ['acme'], ['123456789012', 'acme']],
  ['an account of which STS says nothing', 'unknown', [UNKNOWN], ['acme'], ['acme']],
  ['one without an alias either', 'unknown', [UNKNOWN], [], ['machines only']],
])('%s: what a person types is never "unknown"', (_, account, gaps, aliases, expected) => {
  const { question, words } = questionAbout({ account, gaps }, aliases);
  expect(words).toEqual(expected);
  expect(question).toContain(`Type ${expected.join(' or ')} to stop all of the above`);
  expect(question).not.toContain('unknown');
});
