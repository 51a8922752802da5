import { BudgetsClient, DescribeBudgetPerformanceHistoryCommand } from '@aws-sdk/client-budgets';
import { paginateDescribeInstances } from '@aws-sdk/client-ec2';
import {
  GetUserCommand,
  IAMClient,
  PutUserPermissionsBoundaryCommand,
  paginateGetAccountAuthorizationDetails,
  paginateListUsers,
} from '@aws-sdk/client-iam';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Moto, startMoto } from '../../../lab/testbed/moto.ts';
import { budgetHistory, permissionsBoundaries } from '../../../lab/testbed/moto-gaps.ts';
import { pagesOf } from '../../../lab/testbed/paging.ts';
import { PlantedAccount } from '../../../lab/testbed/planted-account.ts';
import { type RecordingProxy, startProxy } from '../../../lab/testbed/proxy.ts';

const DENY_ALL = 'arn:aws:iam::aws:policy/AWSDenyAll';
let moto: Moto;
let proxy: RecordingProxy;
let planted: PlantedAccount;
let iam: IAMClient;

beforeAll(async () => {
  moto = await startMoto();
  proxy = await startProxy(moto.url);
  planted = new PlantedAccount(proxy.url);
  iam = new IAMClient({ endpoint: proxy.url, region: 'us-east-1', credentials: planted.credentials });
  for (let i = 0; i < 7; i++) await planted.user(`user-${i}`, 1);
});
afterAll(async () => {
  planted.close();
  await proxy.stop();
  await moto.stop();
});
afterEach(() => {
  proxy.rules.clear();
  proxy.forgetCalls();
});

describe('pages', () => {
  it('ListUsers: every user once, in pages of three', async () => {
    proxy.rules.add(pagesOf('ListUsers', 3));
    const sizes: number[] = [];
    const names = new Set<string | undefined>();
    for await (const { Users = [] } of paginateListUsers({ client: iam }, {})) {
      sizes.push(Users.length);
      for (const { UserName } of Users) names.add(UserName);
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(names.size).toBe(7);
  });

  it('GetAccountAuthorizationDetails: users first, then the other lists, with one marker', async () => {
    proxy.rules.add(pagesOf('GetAccountAuthorizationDetails', 5));
    const users: (string | undefined)[] = [];
    let policies = 0;
    for await (const page of paginateGetAccountAuthorizationDetails({ client: iam }, {})) {
      users.push(...(page.UserDetailList ?? []).map(({ UserName }) => UserName));
      policies += page.Policies?.length ?? 0;
      if (policies > 0) break;
    }
    expect(users).toHaveLength(7);
    expect(policies).toBe(3);
  });

  it('DescribeInstances: cut inside a reservation, as EC2 may', async () => {
    const machines = await planted.instances('us-west-1', 7);
    proxy.rules.add(pagesOf('DescribeInstances', 3));
    const sizes: number[] = [];
    const found: (string | undefined)[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances(
      { client: planted.ec2('us-west-1') },
      {},
    )) {
      const ids = Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId }) => InstanceId));
      sizes.push(ids.length);
      found.push(...ids);
    }
    expect(sizes).toEqual([3, 3, 1]);
    expect(new Set(found)).toEqual(new Set(machines));
    expect(found).toHaveLength(7);
  });
});

describe('operations that moto lacks', () => {
  it('sets a permissions boundary and shows it', async () => {
    const { rules, boundaries } = permissionsBoundaries();
    proxy.rules.add(...rules);
    const UserName = 'user-2';
    await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: DENY_ALL }));
    expect(boundaries.get(UserName)).toBe(DENY_ALL);
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(DENY_ALL);
    const pages = paginateGetAccountAuthorizationDetails({ client: iam }, { Filter: ['User'] });
    const shown = [];
    for await (const { UserDetailList = [] } of pages)
      shown.push(...UserDetailList.filter(({ PermissionsBoundary }) => PermissionsBoundary));
    expect(shown.map((user) => user.UserName)).toEqual([UserName]);
    const absent = { UserName: 'nobody', PermissionsBoundary: DENY_ALL };
    await expect(iam.send(new PutUserPermissionsBoundaryCommand(absent))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  it("gives a budget's past months", async () => {
    const [start, end] = [new Date('2026-10-01'), new Date('2026-11-01')];
    proxy.rules.add(budgetHistory([{ start, end, budgetedUsd: 50, actualUsd: 61.5 }]));
    const budgets = new BudgetsClient({
      endpoint: proxy.url,
      region: 'us-east-1',
      credentials: planted.credentials,
    });
    const { BudgetPerformanceHistory } = await budgets.send(
      new DescribeBudgetPerformanceHistoryCommand({ AccountId: '123456789012', BudgetName: 'b' }),
    );
    expect(BudgetPerformanceHistory?.BudgetedAndActualAmountsList).toMatchObject([
      { ActualAmount: { Amount: '61.5', Unit: 'USD' }, TimePeriod: { Start: start, End: end } },
    ]);
  });
});
