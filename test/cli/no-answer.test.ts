import { expect, it } from 'vitest';
import { causeIn } from '../../bin/local/execute.ts';

it('names the cause why nothing answered, not the end that we put to the other calls', () => {
  const gap = (code: string, error: string) => ({
    kind: 'k',
    scope: 'us-east-1',
    region: 'us-east-1',
    code,
    error,
  });
  const aborted = gap('AbortError', 'AbortError: Request aborted');
  const refused = gap('Error', 'Error: connect ECONNREFUSED 127.0.0.1:1');
  expect(causeIn({ gaps: [aborted, refused] })).toBe(refused.error);
  expect(causeIn({ gaps: [aborted] })).toBe(aborted.error);
  expect(causeIn({ gaps: [] })).toBeUndefined();
});
