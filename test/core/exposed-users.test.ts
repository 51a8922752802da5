import { expect, it } from 'vitest';
import { exposedUsers } from '../../lambda/core/signals/exposed-users.ts';

const attached = (...arns: string[]) => ({
  AttachedManagedPolicies: arns.map((PolicyArn) => ({ PolicyArn, PolicyName: PolicyArn.split('/').at(-1) })),
});
const aws = (name: string) => `arn:aws:iam::aws:policy/${name}`;

it.each([
  'AWSCompromisedKeyQuarantine',
  'AWSCompromisedKeyQuarantineV2',
  'AWSCompromisedKeyQuarantineV3',
  'AWSCompromisedKeyQuarantineV4',
  'AWSCompromisedKeyQuarantineV12',
])('a user with the policy %s of AWS is exposed', (policy) => {
  const users = [
    { UserName: 'alice', ...attached(aws('ReadOnlyAccess'), aws(policy)) },
    { UserName: 'bob', ...attached(aws('ReadOnlyAccess')) },
    { UserName: 'carol' },
  ];
  expect(exposedUsers(users)).toEqual([{ user: 'alice', policy, isDenied: false }]);
});

it.each([
  [['V2', 'V3', ''], 'V3'],
  [['V10', 'V9', 'V4'], 'V10'],
])('a user with several (%s) is named once, with the newest', (versions, newest) => {
  const policies = versions.map((version) => aws(`AWSCompromisedKeyQuarantine${version}`));
  expect(exposedUsers([{ UserName: 'alice', ...attached(...policies) }])).toEqual([
    { user: 'alice', policy: `AWSCompromisedKeyQuarantine${newest}`, isDenied: false },
  ]);
});

it('says who is denied everything, by a policy or by the boundary', () => {
  const quarantine = aws('AWSCompromisedKeyQuarantineV3');
  const boundary = { PermissionsBoundary: { PermissionsBoundaryArn: aws('AWSDenyAll') } };
  const users = [
    { UserName: 'alice', ...attached(quarantine, aws('AWSDenyAll')) },
    { UserName: 'bob', ...attached(quarantine), ...boundary },
    { UserName: 'carol', ...attached(quarantine) },
  ];
  expect(exposedUsers(users).map(({ isDenied }) => isDenied)).toEqual([true, true, false]);
});

it('a policy that only has the name does not count', () => {
  const fakes = [
    'arn:aws:iam::123456789012:policy/AWSCompromisedKeyQuarantineV3',
    aws('AWSCompromisedKeyQuarantineV4x'),
    aws('x/AWSCompromisedKeyQuarantine'),
  ];
  expect(
    exposedUsers([
      { UserName: 'alice', ...attached(...fakes) },
      { ...attached(aws('AWSCompromisedKeyQuarantine')) },
    ]),
  ).toEqual([]);
});
