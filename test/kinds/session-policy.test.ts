import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, test } from 'vitest';
import { denyOlderSessions } from '../../lambda/kinds/iam-user/session-policy.ts';

const ACCOUNT = '123456789012';
const NOW = Date.UTC(2026, 0, 31, 12);
const ADMIN = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** What IAM would decide, by an implementation of others. @param issuedAt absent for a long-term key */
async function decided(issuedAt?: number): Promise<string> {
  const context = issuedAt === undefined ? {} : { 'aws:TokenIssueTime': new Date(issuedAt).toISOString() };
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:user/ci`,
        action: 'ec2:RunInstances',
        resource: { resource: `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/*`, accountId: ACCOUNT },
        contextVariables: context,
      },
      identityPolicies: [
        { name: 'admin', policy: ADMIN },
        { name: 'ours', policy: JSON.parse(denyOlderSessions(NOW)) },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult;
}

test('the policy on the sessions of a caller denies the older ones, and nothing else', async () => {
  expect([await decided(NOW - 1_000), await decided(NOW + 1_000), await decided()]).toEqual([
    'ExplicitlyDenied',
    'Allowed',
    'Allowed',
  ]);
});
