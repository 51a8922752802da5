import { describe, expect, it } from 'vitest';
import { allowlist } from '../../../lambda/core/policy/policy.ts';
import { ACTS } from '../../../lambda/core/signals/acts.ts';
import { ACCOUNT, apiCall, CONTEXT, KEY, parse, refusal, sample } from './samples.ts';

type Record_ = Record<string, unknown> & { userIdentity: Record<string, unknown> };
const recordOf = (name: string) => (sample<{ Records: Record_[] }>(name).Records[0] ?? {}) as Record_;
const created = recordOf('cloudtrail-create-user');
const byRole = sample<Record_>('cloudtrail-put-alternate-contact').userIdentity;
const act = (fields: object) => apiCall('aws.iam', { ...created, ...fields });
const ec2 = (eventName: string, requestParameters: object, fields: object = {}) =>
  apiCall('aws.ec2', {
    ...created,
    eventSource: 'ec2.amazonaws.com',
    eventName,
    requestParameters,
    ...fields,
  });
const text = (event: unknown) => (parse(event) as { text?: string }).text;

describe('a call that intruders begin with', () => {
  it('is a signal that names its caller', () => {
    expect(parse(act({ eventID: 'b7d4398e-b2f0-4faa-9c76-e2d316a8d67f' }))).toEqual({
      kind: 'activity',
      id: 'b7d4398e-b2f0-4faa-9c76-e2d316a8d67f',
      at: '2014-03-24T21:11:59Z',
      region: 'global',
      text: 'The user Alice is not on the allowlist and has created the user Bob, from 127.0.0.1.',
      eventName: 'CreateUser',
      principal: 'arn:aws:iam::123456789012:user/Alice',
    });
  });

  it('without an id of its own has the id of its event', () => {
    expect(parse(act({}))).toMatchObject({ id: '36eb8523-6d0c-4e6c-8b2b-3c6d1b1a0f5e' });
  });

  const p4 = {
    instanceType: 'p4d.24xlarge',
    instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 20 }] },
  };
  const admin = { policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  const quarantine = { policyArn: 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV4' };
  it.each([
    [ec2('RunInstances', p4), /has launched 20 instances of type p4d.24xlarge in us-east-2/],
    [ec2('RunInstances', { ...p4, disableApiTermination: true }), /protected against being stopped/],
    [ec2('RunInstances', {}), /has launched instances in us-east-2/],
    [ec2('CreateFleet', {}), /ordered a fleet/],
    [ec2('RequestSpotFleet', {}), /ordered a fleet of spot/],
    [ec2('RequestSpotInstances', {}), /ordered spot/],
    [
      ec2('ModifyInstanceAttribute', { instanceId: 'i-0a', disableApiTermination: { value: true } }),
      /protected the instance i-0a/,
    ],
    [
      ec2('ModifyInstanceAttribute', { instanceId: 'i-0a', disableApiStop: { value: true } }),
      /protected the instance i-0a/,
    ],
    [act({ eventName: 'CreateAccessKey' }), /made a new access key for the user Bob/],
    [act({ eventName: 'CreateAccessKey', requestParameters: null }), /made a new access key for itself/],
    [act({ eventName: 'CreateLoginProfile' }), /gave the user Bob a password/],
    [act({ eventName: 'CreateServiceSpecificCredential' }), /gave the user Bob a password for a service/],
    [
      ec2('ModifyInstanceAttribute', { instanceId: 'i-0a', attribute: 'disableApiStop', value: 'True' }),
      /protected the instance i-0a/,
    ],
    [
      apiCall('aws.autoscaling', {
        ...created,
        eventSource: 'autoscaling.amazonaws.com',
        eventName: 'CreateAutoScalingGroup',
        requestParameters: { autoScalingGroupName: 'miners' },
      }),
      /has made the Auto Scaling group miners in us-east-2/,
    ],
    [
      apiCall('aws.ecs', {
        ...created,
        eventSource: 'ecs.amazonaws.com',
        eventName: 'CreateCluster',
        requestParameters: { clusterName: 'miners' },
      }),
      /has made the ECS cluster miners in us-east-2/,
    ],
    [
      apiCall('aws.servicequotas', {
        ...created,
        eventSource: 'servicequotas.amazonaws.com',
        eventName: 'RequestServiceQuotaIncrease',
        requestParameters: { serviceCode: 'ec2', desiredValue: 999 },
      }),
      /has asked for a higher quota of ec2 in us-east-2/,
    ],
    [act({ eventName: 'UpdateLoginProfile' }), /changed the console password of the user Bob/],
    [
      act({ eventName: 'AttachUserPolicy', requestParameters: { userName: 'Bob', ...admin } }),
      /gave the user Bob the policy Adm/,
    ],
    [
      act({ eventName: 'AttachGroupPolicy', requestParameters: { groupName: 'dev', ...admin } }),
      /gave the group dev/,
    ],
    [
      act({ eventName: 'AttachRolePolicy', requestParameters: { roleName: 'ci', ...admin } }),
      /gave the role ci/,
    ],
    [
      act({ eventName: 'DetachUserPolicy', requestParameters: { userName: 'Bob', ...quarantine } }),
      /lifted the restrictions/,
    ],
    [
      apiCall('aws.account', {
        ...sample<Record_>('cloudtrail-put-alternate-contact'),
        eventName: 'EnableRegion',
        requestParameters: { RegionName: 'me-south-1' },
      }),
      /The role ServiceTestRole .* turned on the region me-south-1/,
    ],
  ])('is described: %#', (event, words) => {
    expect(text(event)).toMatch(words);
  });

  it('is one of 18 different calls', () => {
    expect(new Set(ACTS.map(({ eventName }) => eventName)).size).toBe(ACTS.length);
    expect(ACTS.length).toBe(18);
  });

  it('is described as a test if it is a dry run', () => {
    for (const errorCode of ['Client.DryRunOperation', 'DryRunOperation'])
      expect(text(ec2('RunInstances', p4, { errorCode }))).toMatch(
        /tested with a dry run whether it could have launched 20/,
      );
  });
});

describe('the caller', () => {
  it.each([
    [
      'a role that somebody assumed',
      byRole,
      'arn:aws:iam::123456789012:role/ServiceTestRole',
      /^The role ServiceTestRole /,
    ],
    [
      'the root user',
      { type: 'Root', arn: 'arn:aws:iam::123456789012:root' },
      'arn:aws:iam::123456789012:root',
      /^The root user /,
    ],
    [
      'another account',
      { type: 'AWSAccount', principalId: 'AIDAQRSTUVWXYZEXAMPLE' },
      'AIDAQRSTUVWXYZEXAMPLE',
      /^AIDA/,
    ],
    [
      'a session of a user without an issuer',
      { ...created.userIdentity, sessionContext: { sessionIssuer: {} } },
      'arn:aws:iam::123456789012:user/Alice',
      /^The user Alice /,
    ],
    ['an unnamed caller', {}, 'unknown', /^unknown /],
  ])('%s', (_, userIdentity, principal, words) => {
    expect(parse(act({ userIdentity }))).toMatchObject({
      principal,
      text: expect.stringMatching(words) as string,
    });
  });

  it('is the person at the console, also in a role', () => {
    const userIdentity = { ...byRole, accessKeyId: undefined, invokedBy: 'signin.amazonaws.com' };
    expect(parse(act({ userIdentity }))).toMatchObject({ kind: 'activity' });
  });

  it('is the user, through any service', () => {
    for (const invokedBy of ['cloudformation.amazonaws.com', 'signin.amazonaws.com', 'AWS Internal'])
      expect(
        parse(ec2('RunInstances', {}, { userIdentity: { ...created.userIdentity, invokedBy } })),
      ).toMatchObject({
        kind: 'activity',
      });
  });
});

describe('a call that is no signal', () => {
  const byService = { ...byRole, invokedBy: 'cloudformation.amazonaws.com' };
  it.each([
    [
      'another call',
      apiCall('aws.iam', recordOf('cloudtrail-error-code')),
      /UpdateTrail is not a call that intruders begin with/,
    ],
    ['the name of another service', act({ eventSource: 'chime.amazonaws.com' }), /not a call that intruders/],
    ['a failed call', act({ errorCode: 'AccessDenied' }), /failed \(AccessDenied\)/],
    ['a failed call of another name', act({ errorCode: 'Client.DryRunOperation' }), /failed/],
    [
      "a service's call, in a role",
      act({ userIdentity: byService }),
      /an AWS service, cloudformation.amazonaws.com/,
    ],
    [
      "a service's own call",
      act({ userIdentity: { type: 'AWSService', invokedBy: 'autoscaling.amazonaws.com' } }),
      /autoscaling/,
    ],
    ['a call recorded for another account', act({ recipientAccountId: '210987654321' }), /another account/],
    [
      'lifting a protection',
      ec2('ModifyInstanceAttribute', { disableApiStop: { value: false } }),
      /is harmless/,
    ],
    [
      'lifting a protection, in the older spelling',
      ec2('ModifyInstanceAttribute', { attribute: 'disableApiStop', value: 'false' }),
      /is harmless/,
    ],
    [
      'another attribute',
      ec2('ModifyInstanceAttribute', { instanceType: { value: 'm1.large' } }),
      /is harmless/,
    ],
    [
      'a harmless policy',
      act({
        eventName: 'AttachUserPolicy',
        requestParameters: { policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      }),
      /is harmless/,
    ],
    [
      "the owner's own policy",
      act({
        eventName: 'DetachUserPolicy',
        requestParameters: { policyArn: 'arn:aws:iam::123456789012:policy/AWSCompromisedKeyQuarantine' },
      }),
      /is harmless/,
    ],
  ])('%s', (_, event, words) => {
    expect(parse(event)).toEqual({ ignored: expect.stringMatching(words) as string });
  });
});

describe('the allowlist', () => {
  const allowing = (users: string[], accessKeys: string[] = [], roles: string[] = []) => ({
    ...CONTEXT,
    allow: { ...CONTEXT.allow, ...allowlist({ users, accessKeys, roles }) },
  });
  const owning = (...roles: string[]) => allowing([], [], roles);
  const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
  const root = { type: 'Root', arn: ROOT };
  /** As IAM Identity Center (SSO) signs in: CloudTrail User Guide, "userIdentity element". */
  const SSO = 'AWSReservedSSO_Admin_0123456789abcdef';
  const sso = {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${SSO}/alice@example.com`,
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        arn: `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-west-1/${SSO}`,
      },
    },
  };
  const alice = { ...created.userIdentity, accessKeyId: KEY };
  const federated = {
    type: 'FederatedUser',
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/x`,
    sessionContext: { sessionIssuer: { arn: `arn:aws:iam::${ACCOUNT}:user/Alice` } },
  };

  it.each([
    ['by name', allowing(['Alice']), alice],
    ['by ARN', allowing([`arn:aws:iam::${ACCOUNT}:user/Alice`]), alice],
    ['by key', allowing([], [KEY]), alice],
    [
      'by name, with a path',
      allowing(['Alice']),
      { ...alice, arn: `arn:aws:iam::${ACCOUNT}:user/te:am//*/Alice` },
    ],
    ['by name, in any case', allowing(['alice']), alice],
    ['by the user who made the session', allowing(['Alice']), federated],
    ['by a role', owning('servicetestrole'), byRole],
    ["by a role's ARN", owning(`arn:aws:iam::${ACCOUNT}:role/ServiceTestRole`), byRole],
    ['by the role of an SSO sign-in', owning(SSO), sso],
    ["by that role's ARN", owning(sso.sessionContext.sessionIssuer.arn), sso],
    ["by that role's ARN without its path", owning(`arn:aws:iam::${ACCOUNT}:role/${SSO}`), sso],
    ["by a user's ARN with any path", allowing([`arn:aws:iam::${ACCOUNT}:user/a:b/!*//Alice`]), alice],
    ['by a role whose issuer is not told', owning(SSO), { ...sso, sessionContext: null }],
    ['as root', owning(ROOT), root],
  ])('exempts a caller %s', (_, context, userIdentity) => {
    expect(parse(act({ userIdentity }), context)).toEqual({ ignored: 'the caller is on the allowlist' });
  });

  it.each([
    ['another user', allowing(['Bob', 'Alic']), alice],
    [
      'a namesake in another account',
      allowing(['Alice']),
      { ...alice, arn: 'arn:aws:iam::210987654321:user/Alice' },
    ],
    [
      'a role of that name',
      allowing(['ServiceTestRole', 'AccountAPITests']),
      { ...byRole, accessKeyId: 'ASIAIOSFODNN7EXAMPLE' },
    ],
    ['root by a user of that name', allowing(['root']), root],
    ["another account's root", owning('arn:aws:iam::210987654321:root'), root],
    ['a user by a role of that name', owning('Alice'), alice],
    ['a role of another account', owning(`arn:aws:iam::210987654321:role/${SSO}`), sso],
    [
      "another account's role of that name",
      owning(SSO),
      { ...sso, sessionContext: { sessionIssuer: { arn: `arn:aws:iam::210987654321:role/${SSO}` } } },
    ],
    ['a session that is only called so', owning('alice@example.com'), sso],
    [
      'a caller who only claims the name',
      allowing(['Alice']),
      { ...byRole, accessKeyId: undefined, userName: 'Alice' },
    ],
  ])('does not exempt %s', (_, context, userIdentity) => {
    expect(parse(act({ userIdentity }), context)).toMatchObject({ kind: 'activity' });
  });
});

it.each([
  [{ eventTime: 'now' }, /detail\.eventTime: must be a time/],
  [{ eventName: undefined }, /detail\.eventName/],
  [{ userIdentity: 'Alice' }, /detail\.userIdentity/],
  [{ requestParameters: 'x' }, /detail\.requestParameters: must be an object/],
])('a malformed record is refused: %j', (fields, words) => {
  expect(refusal(act(fields))).toMatch(words);
});
