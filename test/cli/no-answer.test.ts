import { expect, it } from 'vitest';
import { noAnswer } from '../../bin/local/caller.ts';
import { causeIn } from '../../bin/local/execute.ts';

const gap = (code: string, error: string) => ({
  kind: 'k',
  scope: 'us-east-1',
  region: 'us-east-1',
  code,
  error,
});
const aborted = gap('AbortError', 'AbortError: Request aborted');
const late = gap('TimeoutError', 'TimeoutError: STS did not answer within 5 s');
const refused = gap('ECONNREFUSED', 'ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1');

it('names the cause why nothing answered, not the end that we put to the other calls', () => {
  expect(causeIn({ gaps: [aborted, late, refused] })).toBe(refused);
  expect(causeIn({ gaps: [aborted, late] })).toBe(late);
  expect(causeIn({ gaps: [aborted] })).toBe(aborted);
  expect(causeIn({ gaps: [] })).toBeUndefined();
});

it('tells a certificate from a network, and what to do about it', () => {
  const text = (cause?: typeof refused) => noAnswer(cause).problems.join();
  expect(text(refused)).toMatch(/^network: .*127\.0\.0\.1:1\): check the network/);
  expect(text(gap('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'))).toMatch(
    /^certificate: .*self-signed certificate\): .*NODE_EXTRA_CA_CERTS/,
  );
  expect(text()).toContain('no reason given');
});
