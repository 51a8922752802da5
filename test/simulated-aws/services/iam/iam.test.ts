import type * as api from '@aws-sdk/client-iam';
import fc from 'fast-check';
import { beforeEach, describe, expect } from 'vitest';
import { Random } from '../../../../simulated-aws/core/random.ts';
import type { Operations, Principal } from '../../../../simulated-aws/core/service.ts';
import { IAM_BEHAVIOURS } from '../../../../simulated-aws/services/iam/behaviours.ts';
import { Iam } from '../../../../simulated-aws/services/iam/iam.ts';
import { DENY_ALL } from '../../../../simulated-aws/services/iam/managed-policies.ts';
import { iamOperations } from '../../../../simulated-aws/services/iam/operations.ts';
import { Timeline } from '../../../../simulated-aws/time/timeline.ts';
import { behaviour } from '../../behaviour-test.ts';
import { call, refusal } from './call.ts';

const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
const HOUR = 3_600_000;

let timeline: Timeline;
let iam: Iam;
let operations: Operations;

beforeEach(() => {
  timeline = new Timeline(Date.UTC(2026, 10, 21));
  iam = new Iam(timeline, new Random(7), '111122223333');
  operations = iamOperations(iam);
});

const wait = (ms: number) => timeline.advanceTo(timeline.now() + ms);

function userWithKey(name: string): { accessKeyId: string; principal: Principal } {
  iam.createUser(name);
  const { accessKeyId } = iam.createAccessKey(name);
  wait(60_000);
  return { accessKeyId, principal: principalOf(accessKeyId) };
}

function principalOf(accessKeyId: string): Principal {
  const principal = iam.principalOf(accessKeyId);
  if (!principal) throw new Error(`${accessKeyId} is no good`);
  return principal;
}

function allUserNames(pageSize?: number, between: () => void = () => {}): string[][] {
  const pages: string[][] = [];
  let Marker: string | undefined;
  do {
    const page: api.ListUsersResponse = call(operations, 'ListUsers', { Marker, MaxItems: pageSize });
    pages.push((page.Users ?? []).map(({ UserName = '' }) => UserName));
    Marker = page.IsTruncated ? page.Marker : undefined;
    between();
  } while (Marker);
  return pages;
}

describe('quotas and names', () => {
  behaviour(IAM_BEHAVIOURS, 'iam-two-keys', () => {
    iam.createUser('ann');
    for (let key = 0; key < 2; key++) call(operations, 'CreateAccessKey', { UserName: 'ann' });
    expect(refusal(() => call(operations, 'CreateAccessKey', { UserName: 'ann' }))).toBe('LimitExceeded');
    expect(iam.directory.find('ann')?.keys).toHaveLength(2);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-ten-policies', () => {
    iam.createUser('ann');
    for (let slot = 0; slot < 10; slot++) {
      const PolicyArn = iam.policies.create(`filler-${slot}`, '{"Statement":[]}');
      call(operations, 'AttachUserPolicy', { UserName: 'ann', PolicyArn });
    }
    const attach = () => call(operations, 'AttachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL });
    expect(refusal(attach)).toBe('LimitExceeded');
  });

  behaviour(IAM_BEHAVIOURS, 'iam-inline-size', () => {
    iam.createUser('ann');
    const put = (name: string, characters: number) =>
      call(operations, 'PutUserPolicy', {
        UserName: 'ann',
        PolicyName: name,
        PolicyDocument: `{ "Sid": "${'x'.repeat(characters - 10)}" }`,
      });
    put('first', 2_000);
    expect(refusal(() => put('second', 49))).toBe('LimitExceeded');
    put('second', 48);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-user-quota', () => {
    for (let user = 0; user < 5_000; user++) iam.createUser(`user-${user}`);
    expect(refusal(() => call(operations, 'CreateUser', { UserName: 'one-more' }))).toBe('LimitExceeded');
  });

  behaviour(IAM_BEHAVIOURS, 'iam-names', () => {
    call(operations, 'CreateUser', { UserName: 'Ann' });
    expect(refusal(() => call(operations, 'CreateUser', { UserName: 'aNN' }))).toBe('EntityAlreadyExists');
    expect(refusal(() => call(operations, 'CreateUser', { UserName: 'a b' }))).toBe('ValidationError');
    call(operations, 'DeleteUser', { UserName: 'Ann' });
    call(operations, 'CreateUser', { UserName: 'aNN' });
  });
});

describe('pages', () => {
  behaviour(IAM_BEHAVIOURS, 'iam-pages', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 250 }),
        fc.option(fc.integer({ min: 1, max: 1_000 })),
        (users, size) => {
          iam = new Iam(timeline, new Random(1), '111122223333');
          operations = iamOperations(iam);
          for (let user = 0; user < users; user++) iam.createUser(`user-${(user * 7_919) % 10_007}`);
          wait(1_000);
          const pages = allUserNames(size ?? undefined);
          expect(pages.every((page) => page.length <= (size ?? 100))).toBe(true);
          expect(pages.flat()).toHaveLength(users);
          expect(new Set(pages.flat())).toEqual(new Set([...iam.users()].map(({ name }) => name)));
        },
      ),
      { numRuns: 30 },
    );
    expect(refusal(() => call(operations, 'ListUsers', { MaxItems: 1_001 }))).toBe('ValidationError');
  });

  behaviour(IAM_BEHAVIOURS, 'iam-pages-under-change', () => {
    for (let user = 100; user < 200; user++) iam.createUser(`user-${user}`);
    wait(1_000);
    let turn = 0;
    const seen = allUserNames(10, () => {
      call(operations, 'DeleteUser', { UserName: `user-${100 + turn}` }); // always one that was listed before
      iam.createUser(`aaa-${turn++}`);
      wait(1_000);
    });
    expect(seen.flat()).toEqual(Array.from({ length: 100 }, (_, user) => `user-${100 + user}`));
  });
});

describe('what takes time', () => {
  behaviour(IAM_BEHAVIOURS, 'iam-key-lag', () => {
    const { accessKeyId } = userWithKey('ann');
    call(operations, 'UpdateAccessKey', { UserName: 'ann', AccessKeyId: accessKeyId, Status: 'Inactive' });
    wait(3_999);
    expect(iam.principalOf(accessKeyId)?.name).toBe('ann');
    wait(1);
    expect(iam.principalOf(accessKeyId)).toBeUndefined();
    call(operations, 'UpdateAccessKey', { UserName: 'ann', AccessKeyId: accessKeyId, Status: 'Active' });
    expect(iam.principalOf(accessKeyId)).toBeUndefined();
    wait(4_000);
    expect(iam.principalOf(accessKeyId)?.name).toBe('ann');
  });

  behaviour(IAM_BEHAVIOURS, 'iam-deleted-key-lag', () => {
    const { accessKeyId } = userWithKey('ann');
    call(operations, 'DeleteAccessKey', { UserName: 'ann', AccessKeyId: accessKeyId });
    call(operations, 'DeleteUser', { UserName: 'ann' });
    wait(3_999);
    expect(iam.principalOf(accessKeyId)?.name).toBe('ann');
    wait(1);
    expect(iam.principalOf(accessKeyId)).toBeUndefined();
  });

  behaviour(IAM_BEHAVIOURS, 'iam-deny-lag', () => {
    const { principal } = userWithKey('ann');
    iam.attachUserPolicy('ann', ADMIN);
    call(operations, 'AttachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL });
    wait(3_999);
    expect(iam.permits(principal)).toBe(true);
    wait(1);
    expect(iam.permits(principal)).toBe(false);
    call(operations, 'DetachUserPolicy', { UserName: 'ann', PolicyArn: DENY_ALL });
    expect(iam.permits(principal)).toBe(false);
    wait(4_000);
    expect(iam.permits(principal)).toBe(true);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-new-key', () => {
    iam.createUser('ann');
    const { accessKeyId } = iam.createAccessKey('ann');
    expect(iam.principalOf(accessKeyId)?.name).toBe('ann');
    iam.updateAccessKey('ann', accessKeyId, 'Inactive');
    wait(2_000);
    expect(iam.principalOf(accessKeyId)?.name).toBe('ann');
    wait(2_000);
    expect(iam.principalOf(accessKeyId)).toBeUndefined();
  });

  behaviour(IAM_BEHAVIOURS, 'iam-read-lag', () => {
    const { accessKeyId } = userWithKey('ann');
    const statuses = () =>
      call<api.ListAccessKeysResponse>(operations, 'ListAccessKeys', {
        UserName: 'ann',
      }).AccessKeyMetadata?.map(({ Status }) => Status);
    iam.updateAccessKey('ann', accessKeyId, 'Inactive');
    expect(statuses()).toEqual(['Active']);
    wait(200);
    expect(statuses()).toEqual(['Inactive']);
    iam.createUser('bob');
    expect(allUserNames().flat()).toEqual(['ann']);
    expect(call<api.GetUserResponse>(operations, 'GetUser', { UserName: 'bob' }).User?.UserName).toBe('bob');
    wait(200);
    expect(allUserNames().flat()).toEqual(['ann', 'bob']);
  });
});

describe('who may do what', () => {
  behaviour(IAM_BEHAVIOURS, 'iam-boundary-denies', () => {
    const { principal } = userWithKey('ann');
    iam.attachUserPolicy('ann', ADMIN);
    call(operations, 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: ADMIN });
    wait(4_000);
    expect(iam.permits(principal)).toBe(true);
    call(operations, 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: DENY_ALL });
    wait(4_000);
    expect(iam.permits(principal)).toBe(false);
    call(operations, 'DeleteUserPermissionsBoundary', { UserName: 'ann' });
    wait(4_000);
    expect(iam.permits(principal)).toBe(true);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-inline-denies', () => {
    const { principal } = userWithKey('ann');
    const deny = { Effect: 'Deny', Action: '*', Resource: '*' };
    const put = (statement: object) =>
      call(operations, 'PutUserPolicy', {
        UserName: 'ann',
        PolicyName: 'mine',
        PolicyDocument: JSON.stringify({ Statement: [statement] }),
      });
    put({ ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    wait(4_000);
    expect(iam.permits(principal)).toBe(true);
    put(deny);
    wait(4_000);
    expect(iam.permits(principal)).toBe(false);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-session-outlives-key', () => {
    const { accessKeyId } = userWithKey('ann');
    const session = iam.sessionOf(accessKeyId, 36 * HOUR);
    iam.updateAccessKey('ann', accessKeyId, 'Inactive');
    wait(10_000);
    expect(iam.principalOf(accessKeyId)).toBeUndefined();
    const principal = principalOf(session.accessKeyId);
    expect([principal.kind, principal.name, iam.permits(principal)]).toEqual(['user', 'ann', true]);
    iam.attachUserPolicy('ann', DENY_ALL);
    wait(4_000);
    expect(iam.permits(principal)).toBe(false);
    wait(36 * HOUR);
    expect(iam.principalOf(session.accessKeyId)).toBeUndefined();
  });

  behaviour(IAM_BEHAVIOURS, 'iam-token-issue-time', () => {
    const { accessKeyId, principal } = userWithKey('ann');
    const [older, later] = [0, 1].map(() => {
      wait(1_000);
      return principalOf(iam.sessionOf(accessKeyId, HOUR).accessKeyId);
    });
    const Condition = {
      DateLessThan: { 'aws:TokenIssueTime': new Date(later?.issuedAt ?? 0).toISOString() },
    };
    const statement = { Effect: 'Deny', Action: '*', Resource: '*', Condition };
    call(operations, 'PutUserPolicy', {
      UserName: 'ann',
      PolicyName: 'mine',
      PolicyDocument: JSON.stringify({ Statement: [statement] }),
    });
    wait(4_000);
    expect([older, later, principal].map((who) => who && iam.permits(who))).toEqual([false, true, true]);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-session-without-mfa', () => {
    const { accessKeyId } = userWithKey('ann');
    const list = (mfa: boolean) => () =>
      call(
        operations,
        'ListUsers',
        {},
        { principal: principalOf(iam.sessionOf(accessKeyId, HOUR, { mfa }).accessKeyId) },
      );
    expect(refusal(list(false))).toBe('AccessDenied');
    expect(refusal(list(true))).toBe('none');
  });

  behaviour(IAM_BEHAVIOURS, 'iam-implicit-user', () => {
    const { accessKeyId, principal } = userWithKey('ann');
    const input = { AccessKeyId: accessKeyId, Status: 'Inactive' };
    iam.createRole('engine');
    const role = principalOf(iam.assumeRole('engine', 'run', HOUR).accessKeyId);
    expect(refusal(() => call(operations, 'UpdateAccessKey', input, { principal: role }))).toBe(
      'ValidationError',
    );
    call(operations, 'UpdateAccessKey', input, { principal });
    expect(iam.directory.find('ann')?.keys[0]?.status).toBe('Inactive');
  });
});

describe('what is refused', () => {
  behaviour(IAM_BEHAVIOURS, 'iam-unknown-key', () => {
    userWithKey('ann');
    const { accessKeyId } = userWithKey('bob');
    const update = (UserName: string, AccessKeyId: string) => () =>
      call(operations, 'UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' });
    expect(refusal(update('ann', accessKeyId))).toBe('NoSuchEntity');
    expect(refusal(update('nobody', accessKeyId))).toBe('NoSuchEntity');
    expect(refusal(update('bob', accessKeyId))).toBe('none');
  });

  behaviour(IAM_BEHAVIOURS, 'iam-attach-twice', () => {
    iam.createUser('ann');
    const input = { UserName: 'ann', PolicyArn: DENY_ALL };
    call(operations, 'AttachUserPolicy', input);
    call(operations, 'AttachUserPolicy', input);
    expect(iam.directory.find('ann')?.attachedPolicies).toEqual([DENY_ALL]);
    call(operations, 'DetachUserPolicy', input);
    expect(refusal(() => call(operations, 'DetachUserPolicy', input))).toBe('NoSuchEntity');
  });

  behaviour(IAM_BEHAVIOURS, 'iam-policy-must-exist', () => {
    iam.createUser('ann');
    const arn = 'arn:aws:iam::aws:policy/AWSDenyAl';
    const attach = () => call(operations, 'AttachUserPolicy', { UserName: 'ann', PolicyArn: arn });
    const bound = () =>
      call(operations, 'PutUserPermissionsBoundary', { UserName: 'ann', PermissionsBoundary: arn });
    expect([refusal(attach), refusal(bound)]).toEqual(['NoSuchEntity', 'NoSuchEntity']);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-delete-conflict', () => {
    const { accessKeyId } = userWithKey('ann');
    const remove = () => call(operations, 'DeleteUser', { UserName: 'ann' });
    expect(refusal(remove)).toBe('DeleteConflict');
    call(operations, 'DeleteAccessKey', { UserName: 'ann', AccessKeyId: accessKeyId });
    iam.attachUserPolicy('ann', ADMIN);
    expect(refusal(remove)).toBe('DeleteConflict');
    iam.detachUserPolicy('ann', ADMIN);
    remove();
    expect([...iam.users()]).toEqual([]);
  });
});

describe('what it tells', () => {
  behaviour(IAM_BEHAVIOURS, 'iam-root', () => {
    const summary = () =>
      call<api.GetAccountSummaryResponse>(operations, 'GetAccountSummary').SummaryMap
        ?.AccountAccessKeysPresent;
    expect(summary()).toBe(0);
    const root = principalOf(iam.rootAccessKey().accessKeyId);
    expect([root.kind, iam.permits(root), summary(), allUserNames().flat()]).toEqual(['root', true, 1, []]);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-last-used', () => {
    const { accessKeyId } = userWithKey('ann');
    const lastUsed = () =>
      call<api.GetAccessKeyLastUsedResponse>(operations, 'GetAccessKeyLastUsed', {
        AccessKeyId: accessKeyId,
      });
    expect(lastUsed().AccessKeyLastUsed?.ServiceName).toBe('N/A');
    iam.recordUse(accessKeyId, { at: timeline.now(), service: 'ec2', region: 'eu-west-3' });
    const LastUsedDate = new Date(timeline.now());
    expect(lastUsed()).toEqual({
      UserName: 'ann',
      AccessKeyLastUsed: { LastUsedDate, ServiceName: 'ec2', Region: 'eu-west-3' },
    });
  });

  behaviour(IAM_BEHAVIOURS, 'iam-details', () => {
    iam.createUser('ann');
    iam.attachUserPolicy('ann', ADMIN);
    iam.putUserPermissionsBoundary('ann', DENY_ALL);
    iam.createRole('engine');
    wait(1_000);
    const details = (input: object) =>
      call<api.GetAccountAuthorizationDetailsResponse>(operations, 'GetAccountAuthorizationDetails', input);
    const users = details({ Filter: ['User'] });
    expect(users.RoleDetailList).toEqual([]);
    expect(users.UserDetailList?.[0]).toMatchObject({
      UserName: 'ann',
      AttachedManagedPolicies: [{ PolicyArn: ADMIN, PolicyName: 'AdministratorAccess' }],
      PermissionsBoundary: { PermissionsBoundaryArn: DENY_ALL },
    });
    const first = details({ MaxItems: 1 });
    const second = details({ MaxItems: 1, Marker: first.Marker });
    expect(first.UserDetailList?.map(({ UserName }) => UserName)).toEqual(['ann']);
    expect(second.RoleDetailList?.map(({ RoleName }) => RoleName)).toEqual(['engine']);
    expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
  });

  behaviour(IAM_BEHAVIOURS, 'iam-boundary-shown', () => {
    iam.createUser('ann');
    iam.putUserPermissionsBoundary('ann', DENY_ALL);
    wait(1_000);
    const { User } = call<api.GetUserResponse>(operations, 'GetUser', { UserName: 'ann' });
    const { Users } = call<api.ListUsersResponse>(operations, 'ListUsers');
    expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(DENY_ALL);
    expect(Users?.[0]?.PermissionsBoundary).toBeUndefined();
  });
});
