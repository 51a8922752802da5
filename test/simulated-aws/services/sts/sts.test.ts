import type * as api from '@aws-sdk/client-sts';
import { beforeEach, expect } from 'vitest';
import { Random } from '../../../../simulated-aws/core/random.ts';
import type { Operations, Principal } from '../../../../simulated-aws/core/service.ts';
import { Iam } from '../../../../simulated-aws/services/iam/iam.ts';
import { STS_BEHAVIOURS } from '../../../../simulated-aws/services/sts/behaviours.ts';
import { stsOperations } from '../../../../simulated-aws/services/sts/sts.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from '../iam/call.ts';

const ROLE = 'arn:aws:iam::111122223333:role/engine';

let timeline: Timeline;
let iam: Iam;
let sts: Operations;
let ann: Principal;

beforeEach(() => {
  timeline = new Timeline(Date.UTC(2026, 10, 21));
  iam = new Iam(timeline, new Random(7), '111122223333');
  sts = stsOperations(iam);
  iam.createUser('ann');
  iam.createRole('engine');
  ann = principalOf(iam.createAccessKey('ann').accessKeyId);
});

function principalOf(accessKeyId: string | undefined): Principal {
  const principal = iam.principalOf(accessKeyId ?? '');
  if (!principal) throw new Error(`${accessKeyId} is no good`);
  return principal;
}

const assume = (input: object = {}) =>
  call<api.AssumeRoleResponse>(
    sts,
    'AssumeRole',
    { RoleArn: ROLE, RoleSessionName: 'run', ...input },
    { principal: ann },
  ).Credentials;

behaviour(STS_BEHAVIOURS, 'sts-identity', () => {
  const identity = (principal: Principal) =>
    call<api.GetCallerIdentityResponse>(sts, 'GetCallerIdentity', {}, { principal });
  expect(identity(ann)).toEqual({
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:user/ann',
    UserId: iam.directory.find('ann')?.id,
  });
  expect(identity(principalOf(iam.rootAccessKey().accessKeyId)).UserId).toBe('111122223333');
  expect(identity(principalOf(assume()?.AccessKeyId))).toMatchObject({
    Arn: 'arn:aws:sts::111122223333:assumed-role/engine/run',
    UserId: `${iam.roles.get('engine')?.id}:run`,
  });
});

behaviour(STS_BEHAVIOURS, 'sts-role-must-exist', () => {
  expect(refusal(() => assume({ RoleArn: `${ROLE}-typo` }))).toBe('AccessDenied');
});

behaviour(STS_BEHAVIOURS, 'sts-session-duration', () => {
  expect(refusal(() => assume({ DurationSeconds: 899 }))).toBe('ValidationError');
  const credentials = assume({ DurationSeconds: 900 });
  expect(credentials?.Expiration?.getTime()).toBe(timeline.now() + 900_000);
  timeline.advanceTo(timeline.now() + 899_999);
  expect(principalOf(credentials?.AccessKeyId).name).toBe('engine');
  timeline.advanceTo(timeline.now() + 1);
  expect(iam.principalOf(credentials?.AccessKeyId ?? '')).toBeUndefined();
});

behaviour(STS_BEHAVIOURS, 'sts-no-session-from-session', () => {
  const mint = (principal: Principal) =>
    call<api.GetSessionTokenResponse>(sts, 'GetSessionToken', {}, { principal });
  const session = principalOf(mint(ann).Credentials?.AccessKeyId);
  expect(session).toMatchObject({ kind: 'user', name: 'ann' });
  expect(refusal(() => mint(session))).toBe('AccessDenied');
});
