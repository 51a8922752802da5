import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import { BudgetsClient, CreateBudgetCommand, DescribeBudgetCommand } from '@aws-sdk/client-budgets';
import { CostExplorerClient, GetCostAndUsageCommand } from '@aws-sdk/client-cost-explorer';
import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import {
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedAccountServer, serve } from '../../../simulated-aws/wire/server.ts';
import { STARTS_AT, wireAccount } from './wire-account.ts';

describe.each(['over HTTP', 'in process'])('the SDK reads the simulated account, %s', (way) => {
  const wired = wireAccount();
  let server: SimulatedAccountServer;
  let config: object = wired.config;
  beforeAll(async () => {
    server = await serve(wired.endpoint);
    const { requestHandler: _, ...others } = wired.config;
    if (way === 'over HTTP') config = { ...others, endpoint: server.url };
  });
  afterAll(async () => {
    await server.stop();
    expect([wired.endpoint.defects, wired.endpoint.notSimulated]).toEqual([[], []]);
  });

  it('EC2: pages of instances with text of any kind', async () => {
    const { account } = wired;
    const tags = { Name: 'a & b <c> "d"\n\'ü\' 🔥', empty: '' };
    const launched = account.ec2.launch('eu-west-1', {
      type: 'm5.large',
      count: 12,
      launchedBy: 'owner',
      tags,
    });
    account.timeline.advanceTo(account.timeline.now() + 60_000);
    const ids: unknown[] = [];
    const client = new EC2Client({ ...config, region: 'eu-west-1' });
    for await (const { Reservations = [] } of paginateDescribeInstances({ client, pageSize: 5 }, {}))
      for (const { Instances = [] } of Reservations)
        for (const { InstanceId, State, Tags, LaunchTime } of Instances) {
          ids.push(InstanceId);
          expect(State).toEqual({ Code: 16, Name: 'running' });
          expect(Tags).toContainEqual({ Key: 'Name', Value: tags.Name });
          expect(LaunchTime).toBeInstanceOf(Date);
        }
    expect(ids).toHaveLength(12);
    expect(new Set(ids)).toEqual(new Set(launched.map(({ id }) => id)));
  });

  it('IAM: a user, a policy, numbers by name', async () => {
    const iam = new IAMClient(config);
    const policy = { UserName: 'bob', PolicyName: 'p', PolicyDocument: '{"Statement":[{"Sid":"ü & <>"}]}' };
    await iam.send(new CreateUserCommand({ UserName: 'bob' }));
    await iam.send(new PutUserPolicyCommand(policy));
    const { User } = await iam.send(new GetUserCommand({ UserName: 'bob' }));
    expect(User).toMatchObject({ UserName: 'bob', CreateDate: expect.any(Date) as Date });
    const { PolicyDocument = '' } = await iam.send(
      new GetUserPolicyCommand({ UserName: 'bob', PolicyName: 'p' }),
    );
    expect(decodeURIComponent(PolicyDocument)).toBe(policy.PolicyDocument);
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).toMatchObject({ Users: 2 });
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'bob', PolicyName: 'p' }));
    await iam.send(new DeleteUserCommand({ UserName: 'bob' }));
    await expect(iam.send(new GetUserCommand({ UserName: 'bob' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  it('Auto Scaling: a group', async () => {
    wired.account.autoScaling.createGroup('us-east-1', {
      name: 'workers',
      type: 'm5.large',
      min: 0,
      max: 3,
      desired: 0,
      launchedBy: 'owner',
    });
    const client = new AutoScalingClient(config);
    for await (const { AutoScalingGroups } of paginateDescribeAutoScalingGroups({ client }, {}))
      expect(AutoScalingGroups).toMatchObject([
        { AutoScalingGroupName: 'workers', MaxSize: 3, Instances: [] },
      ]);
  });

  it('SNS: the attributes of a topic, which are a map', async () => {
    const sns = new SNSClient(config);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alarm' }));
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
    expect(Attributes).toMatchObject({ TopicArn });
  });

  it('Budgets: a budget, with numbers, dates and errors in JSON', async () => {
    const budgets = new BudgetsClient(config);
    const AccountId = wired.account.accountId;
    await budgets.send(
      new CreateBudgetCommand({
        AccountId,
        Budget: {
          BudgetName: 'monthly',
          BudgetType: 'COST',
          TimeUnit: 'MONTHLY',
          BudgetLimit: { Amount: '50', Unit: 'USD' },
        },
      }),
    );
    const { Budget } = await budgets.send(new DescribeBudgetCommand({ AccountId, BudgetName: 'monthly' }));
    expect(Budget?.LastUpdatedTime?.getTime()).toBeGreaterThanOrEqual(STARTS_AT);
    const missing = new DescribeBudgetCommand({ AccountId, BudgetName: 'none' });
    await expect(budgets.send(missing)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('Cost Explorer: what was spent', async () => {
    const { ResultsByTime } = await new CostExplorerClient(config).send(
      new GetCostAndUsageCommand({
        TimePeriod: { Start: '2026-02-28', End: '2026-03-02' },
        Granularity: 'DAILY',
        Metrics: ['UnblendedCost'],
      }),
    );
    expect(ResultsByTime).toHaveLength(2);
  });

  it('Lambda: a function that is not there', async () => {
    const get = new GetFunctionConfigurationCommand({ FunctionName: 'none' });
    await expect(new LambdaClient(config).send(get)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('S3: any bytes under any key', async () => {
    const s3 = new S3Client(config);
    await s3.send(new CreateBucketCommand({ Bucket: 'journal' }));
    const key = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
    await fc.assert(
      fc.asyncProperty(key, fc.uint8Array({ maxLength: 300 }), async (name, bytes) => {
        const place = { Bucket: 'journal', Key: `incidents/${name}` };
        await s3.send(new PutObjectCommand({ ...place, Body: bytes }));
        const { Body } = await s3.send(new GetObjectCommand(place));
        expect(await Body?.transformToByteArray()).toEqual(bytes);
        const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'journal', Prefix: place.Key }));
        expect(listed.Contents?.map(({ Key }) => Key)).toContain(place.Key);
      }),
      { numRuns: 15 },
    );
  });
});
